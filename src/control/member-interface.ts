import type { Picture } from '../picture/picture.ts';
import { deviceOf } from './extension.ts';

/** How an extension becomes a member of a queue: fields of the action QueueAdd. */
export interface MemberInterface {
  readonly Interface: string;
  /** Whose state the queue goes by; absent: that of `Interface`. */
  readonly StateInterface?: string;
  readonly MemberName: string;
}

/**
 * The interface that an extension is added to a queue with (contract §4.6). Where queues ring their members through a
 * context, as on FreePBX and Issabel, it is `Local/808@from-queue/n`, as their own AddQueueMember has it, so that
 * follow-me, call forwarding and recording apply; a Local channel has no state worth knowing, hence the extension's hint
 * (`hint:808@ext-local`) or else its phone stands for it. Otherwise (`memberContext` is `''`) it is the phone itself. The
 * member's name is the extension: the display name that those two give it is in AstDB, where nobody looks.
 * @throws {ApiError} 404 when nobody has that number
 */
export function memberInterface(picture: Picture, extension: string, memberContext: string): MemberInterface {
  const device = deviceOf(picture, extension);
  if (memberContext === '') return { Interface: device, MemberName: extension };
  const hint = picture.directory.hintOf(extension);
  return {
    Interface: `Local/${extension}@${memberContext}/n`,
    StateInterface: hint === undefined ? device : `hint:${extension}@${hint.context}`,
    MemberName: extension,
  };
}
