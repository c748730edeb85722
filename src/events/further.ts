import type { Call } from '../picture/model.ts';
import { is, type ObjectOf } from '../system/schema.ts';

/** Fields of our own that stand at the end of a body. */
export const furtherFields = {
  linkedid: is.optional(is.text('Asterisk’s, under which the call began; left out where it is not known')),
  clientUserId: is.optional(is.text('what the client that asked for the call gave; left out where it gave none')),
};
type Further = ObjectOf<typeof furtherFields>;

/** `linkedid` where it is known: Asterisk's, under which the call began. */
export function linkedidOf(linkedid: string): Further {
  return linkedid === '' ? {} : { linkedid };
}

/** What stands at the end of every body that tells of a call; `clientUserId` where the client that asked for the call gave one. */
export function furtherOf({ id, clientUserId }: Call): Further {
  return { ...linkedidOf(id), ...(clientUserId === '' ? {} : { clientUserId }) };
}
