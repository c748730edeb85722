import { requireSuccess } from '../ami/require-success.ts';
import type { AmiActions } from '../ami/refusals.ts';

/** The reason of a pause that the daemon sets by itself: after-call work (contract §1.2). Nobody else's pause has it. */
export const wrapUpReason = 'wrap-up';

/** The reason of a pause that a person set, when they gave none. */
export const personReason = 'agent-pause';

/** One member of one queue, as app_queue names it. */
export interface MemberKey {
  readonly queue: string;
  /** `PJSIP/808`, `Local/808@from-queue/n`. */
  readonly interface: string;
}

/** Takes the member out of the queue's calls, for a reason, or back in. */
export type MemberPause = MemberKey & ({ readonly paused: true; readonly reason: string } | { readonly paused: false });

/**
 * Pauses or unpauses a member; Asterisk's text. A `Refusal` when Asterisk refuses (`not-found`: there is no such member) or
 * cannot be asked. Without a reason Asterisk clears the one that the pause had.
 */
export async function memberPause({ ami }: { readonly ami: AmiActions }, pause: MemberPause): Promise<string> {
  return requireSuccess(
    await ami.action('QueuePause', {
      Queue: pause.queue,
      Interface: pause.interface,
      Paused: String(pause.paused),
      ...(pause.paused ? { Reason: pause.reason } : {}),
    }),
  );
}
