import type { AmiMessage } from '../ami/message.ts';
import type { AmiActions } from '../ami/refusals.ts';

/** An endpoint of PJSIP or a peer of chan_sip. */
export interface Endpoint {
  readonly technology: 'SIP' | 'PJSIP';
  readonly name: string;
  /**
   * `registers`: a phone; `fixed`: its address is configured, the mark of a trunk; `none`: nowhere to be reached
   * (`anonymous`, a template).
   */
  readonly address: 'registers' | 'fixed' | 'none';
}

/** Where lists are asked for. */
export interface ListSource {
  readonly ami: Pick<AmiActions, 'list'>;
}

/** The peers of chan_sip; none where it is not loaded (Asterisk 21 and newer do not have it). */
export async function sipPeers({ ami }: ListSource): Promise<AmiMessage[]> {
  const { items } = await ami.list('SIPpeers');
  return items.filter((item) => item.name === 'PeerEntry');
}

/** Every phone and trunk in Asterisk's configuration, of both channel drivers. */
export async function fetchEndpoints(deps: ListSource): Promise<Endpoint[]> {
  const [peers, endpoints, aors] = await Promise.all([
    sipPeers(deps),
    deps.ami.list('PJSIPShowEndpoints'),
    deps.ami.list('PJSIPShowAors'),
  ]);
  // An address of record that takes no registrations has its contact configured: the far end of a trunk.
  const registering = new Set(
    aors.items.filter((item) => Number(item.get('MaxContacts')) > 0).map((item) => item.get('ObjectName')),
  );
  return [
    ...peers.map((item) => ({
      technology: 'SIP' as const,
      name: item.get('ObjectName'),
      address: item.get('Dynamic') === 'yes' ? ('registers' as const) : ('fixed' as const),
    })),
    ...endpoints.items.map((item) => ({
      technology: 'PJSIP' as const,
      name: item.get('ObjectName'),
      address: addressOf(item.get('Aor'), registering),
    })),
  ];
}

function addressOf(aors: string, registering: ReadonlySet<string>): Endpoint['address'] {
  const names = aors.split(',').map((name) => name.trim());
  if (names.some((name) => registering.has(name))) return 'registers';
  return aors === '' ? 'none' : 'fixed';
}
