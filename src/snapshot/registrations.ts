import type { AmiMessage } from '../ami/message.ts';
import type { ListSource } from './endpoints.ts';
import { sipPeers } from './endpoints.ts';

/** Where a phone is and how quickly it answers (contract §4.2). */
export interface Registration {
  /** `PJSIP/808`. */
  readonly device: string;
  readonly type: 'SIP' | 'PJSIP';
  /** Without port; `-none-` when it is not registered. */
  readonly ipAddr: string;
  /** `OK (45 ms)`, `OK`, `UNREACHABLE`, `UNKNOWN`. */
  readonly status: string;
}

const unregistered = { ipAddr: '-none-', status: 'UNKNOWN' };

function ofPeer(item: AmiMessage): Registration {
  const type = 'SIP';
  const device = `SIP/${item.get('ObjectName')}`;
  const ipAddr = item.get('IPaddress');
  const status = item.get('Status');
  if (ipAddr === '' || ipAddr === '-none-') return { device, type, ...unregistered };
  return { device, type, ipAddr, status: /^unmonitored$/i.test(status) ? 'OK' : status };
}

function ofContact(device: string, contact: AmiMessage | undefined): Registration {
  const type = 'PJSIP';
  if (contact === undefined) return { device, type, ...unregistered };
  // `sip:808@192.168.12.4:5060;ob`, `sip:808@[2001:db8::4]:5060`, `sip:192.168.12.4`.
  const [, v6, v4] = /^sips?:(?:[^@]*@)?(?:\[([^\]]+)\]|([^:;>?]+))/i.exec(contact.get('Uri')) ?? [];
  const ipAddr = v6 ?? v4 ?? contact.get('ViaAddr');
  switch (contact.get('Status')) {
    case 'Reachable': {
      const milliseconds = Math.round(Number(contact.get('RoundtripUsec')) / 1000);
      return { device, type, ipAddr, status: Number.isNaN(milliseconds) ? 'OK' : `OK (${milliseconds} ms)` };
    }
    case 'Unreachable':
      return { device, type, ipAddr, status: 'UNREACHABLE' };
    default:
      return { device, type, ipAddr, status: 'OK' };
  }
}

/** Several phones under one number: one that can be reached stands for all, or else one that is not known to be gone. */
function rankOf(contact: AmiMessage | undefined): number {
  if (contact === undefined) return 0;
  const status = contact.get('Status');
  return status === 'Reachable' ? 3 : status === 'Unreachable' ? 1 : 2;
}

async function fetchRegistrations(deps: ListSource): Promise<Registration[]> {
  const [peers, endpoints, contacts] = await Promise.all([
    sipPeers(deps),
    deps.ami.list('PJSIPShowEndpoints'),
    deps.ami.list('PJSIPShowContacts'),
  ]);
  const contactOf = new Map<string, AmiMessage>();
  for (const contact of contacts.items) {
    const name = contact.get('Endpoint');
    if (rankOf(contact) > rankOf(contactOf.get(name))) contactOf.set(name, contact);
  }
  return [
    ...peers.map(ofPeer),
    ...endpoints.items.map((item) => {
      const name = item.get('ObjectName');
      return ofContact(`PJSIP/${name}`, contactOf.get(name));
    }),
  ];
}

/** The phones' registrations. Asterisk is asked at most once a second, however many clients ask. */
export class Registrations {
  readonly #source: ListSource;
  #shared: Promise<Registration[]> | undefined;
  #askedAt = 0;

  constructor(source: ListSource) {
    this.#source = source;
  }

  /** The newest answer that is at most a second old; rejects if Asterisk cannot be asked. */
  get(now: number): Promise<Registration[]> {
    if (this.#shared !== undefined && now - this.#askedAt < 1_000 && now >= this.#askedAt) return this.#shared;
    this.#askedAt = now;
    const asked = fetchRegistrations(this.#source);
    // Those who asked together share a failure; the next one asks again.
    asked.catch(() => {
      if (this.#shared === asked) this.#shared = undefined;
    });
    this.#shared = asked;
    return asked;
  }
}
