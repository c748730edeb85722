import { answeringHeader, callInfo } from '../picture/answering-header.ts';
import type { ControlDeps } from './deps.ts';
import { contactsOf, registered } from './phones.ts';
import type { Goal } from './ring.ts';

/** What further phones of chan_sip answer by, besides `callInfo`. */
const alertInfo = '<http://intercom>;info=alert-autoanswer;delay=0';

/** A contact is a phone's own text: nothing in it may mean something to Dial(), to Page() or to the dialplan's language. */
const plainContact = /^PJSIP\/[\w.+-]+\/sips?:[\w.!~*+%:@;=[\]-]{1,400}$/;
const plainPeer = /^SIP\/[\w.+@-]+$/;

/**
 * Dial strings of all registered phones of these devices; each is asked to answer by itself. Phones of other technologies
 * cannot be asked: they are left out.
 */
export async function selfAnswering(
  { ami }: Pick<ControlDeps, 'ami'>,
  devices: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    devices.map(async (device) => {
      if (device.startsWith('PJSIP/')) {
        const contacts = (await contactsOf(ami, device)).filter((contact) => plainContact.test(contact));
        return contacts.map((contact) => `${contact}${answeringHeader}`);
      }
      if (!plainPeer.test(device)) return [];
      return (await registered(ami, device)).map(({ dial }) => dial);
    }),
  );
  return found.flat();
}

/** Bytes of a variable: with its name it is one line of an action. */
const longestVariable = 900;

/** Dial strings joined by `&`, in pieces that fit into a variable each. */
function piecesOf(dials: readonly string[]): string[] {
  const pieces: string[] = [];
  for (const dial of dials) {
    const last = pieces.at(-1);
    if (last === undefined || last.length + dial.length >= longestVariable) pieces.push(dial);
    else pieces[pieces.length - 1] = `${last}&${dial}`;
  }
  return pieces;
}

/** chan_sip takes headers of a call from the variables of the channel that dials. */
function sipHeaders(dials: readonly string[]): string {
  if (!dials.some((dial) => dial.startsWith('SIP/'))) return '';
  const set = (at: number, header: string): string => `\${SET(_SIPADDHEADER0${at}=${header})}`;
  // SET() returns what it sets, of which FILTER() leaves nothing.
  return `\${FILTER(~,${set(1, `Call-Info: ${callInfo}`)}${set(2, `Alert-Info: ${alertInfo}`)})}`;
}

/**
 * What a phone does when it is picked up: it calls all of these phones. Exec() puts in the variables, which hold more than
 * one line of an action may, and lets the headers of chan_sip be set only now, so that the first phone rings as usual.
 */
export function callAll(
  application: 'Dial' | 'Page',
  dials: readonly string[],
  options: string,
): { readonly goal: Goal; readonly variables: readonly string[] } {
  const pieces = piecesOf(dials);
  const names = pieces.map((_, at) => `COOCENTER_TO_${at + 1}`);
  const all = names.map((name) => `\${${name}}`).join('&');
  return {
    goal: { Application: 'Exec', Data: `${application}(${sipHeaders(dials)}${all},${options})` },
    variables: pieces.map((piece, at) => `${names[at] ?? ''}=${piece}`),
  };
}
