import type { Call } from '../picture/model.ts';
import type { Json } from './event.ts';

/** Fields of our own that stand at the end of a body. */
type Further = Readonly<Record<string, Json>>;

/** `linkedid` where it is known: Asterisk's, under which the call began. */
export function linkedidOf(linkedid: string): Further {
  return linkedid === '' ? {} : { linkedid };
}

/** What stands at the end of every body that tells of a call; `clientUserId` where the client that asked for the call gave one. */
export function furtherOf({ id, clientUserId }: Call): Further {
  return { ...linkedidOf(id), ...(clientUserId === '' ? {} : { clientUserId }) };
}
