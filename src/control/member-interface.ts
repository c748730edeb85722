import type { Picture } from '../picture/picture.ts';
import { devicesOf } from './extension.ts';

/** How an extension becomes a member of a queue: fields of the action QueueAdd. */
export interface MemberInterface {
  readonly Interface: string;
  /** Whose state the queue goes by; absent: that of `Interface`. */
  readonly StateInterface?: string;
  readonly MemberName: string;
}

/**
 * The interface that an extension is added to a queue with (contract §4.6): the way on which all of its devices ring.
 *
 * - One device: that device itself.
 * - Where queues ring their members through a context (`memberContext`, FreePBX and Issabel), it is
 *   `Local/808@from-queue/n`, as their own AddQueueMember has it, so that follow-me, call forwarding and recording apply.
 * - Several devices: a queue rings one device for each member, so that here, too, it has to be the dialplan's extension
 *   that rings them all, in the context in which numbers are dialled for API callers (`clickContext`).
 *
 * A Local channel has no state worth knowing: the extension's hint (`hint:808@ext-local`), or else its first device, stands
 * for it. The member's name is the extension: the display name that FreePBX and Issabel give it is in AstDB, where
 * nobody looks.
 * @throws {Refusal} `not-found` when nobody has that number
 */
export function memberInterface(
  picture: Picture,
  extension: string,
  contexts: { readonly memberContext: string; readonly clickContext: string },
): MemberInterface {
  const [device, ...others] = devicesOf(picture, extension);
  const { memberContext, clickContext } = contexts;
  if (memberContext === '' && others.length === 0) return { Interface: device, MemberName: extension };
  const hint = picture.directory.hintOf(extension);
  return {
    Interface: `Local/${extension}@${memberContext === '' ? clickContext : memberContext}/n`,
    StateInterface: hint === undefined ? device : `hint:${extension}@${hint.context}`,
    MemberName: extension,
  };
}
