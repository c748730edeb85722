import { requireSuccess } from '../ami/require-success.ts';
import type { AmiActions } from '../ami/refusals.ts';

/** The reason of the daemon's own pauses, for after-call work (contract §1.2). No other pause has it. */
export const wrapUpReason = 'wrap-up';

/** The reason of a pause that a person sets without giving one. */
export const personReason = 'agent-pause';

/** What identifies a member of a queue for app_queue. */
export interface MemberKey {
  readonly queue: string;
  /** `PJSIP/808`, `Local/808@from-queue/n`. */
  readonly interface: string;
}

/** Pauses a member of a queue, for a reason, or unpauses it. */
export type MemberPause = MemberKey & ({ readonly paused: true; readonly reason: string } | { readonly paused: false });

/**
 * Pauses or unpauses a member; resolves with Asterisk's text. Rejects with a `Refusal` if Asterisk refuses (`not-found`:
 * there is no such member) or cannot be asked. Without a reason Asterisk clears the one that the pause had.
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
