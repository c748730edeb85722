import type { Picture } from '../picture/picture.ts';
import { devicesOf } from './extension.ts';

/** Fields of the action QueueAdd, which makes an extension a member of a queue. */
export interface MemberInterface {
  readonly Interface: string;
  /** The device whose state counts for the queue; absent: that of `Interface`. */
  readonly StateInterface?: string;
  readonly MemberName: string;
}

/**
 * The interface with which an extension is added to a queue (contract §4.6), so that all of its devices ring.
 *
 * - One device: the device itself.
 * - Where queues ring their members through a context (`memberContext`, FreePBX and Issabel), it is
 *   `Local/808@from-queue/n`, as in their own AddQueueMember, so that follow-me, call forwarding and recording apply.
 * - Several devices: a queue rings one device per member, so that the dialplan's extension has to ring them all, in the
 *   context in which API callers' numbers are dialled (`clickContext`).
 *
 * A Local channel has no state of its own: the extension's hint (`hint:808@ext-local`) counts, or else its first device.
 * The member's name is the extension; FreePBX and Issabel keep a display name in AstDB, which nothing reads here.
 * @throws {Refusal} `not-found` if nobody has this number
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
