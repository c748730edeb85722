import type { Leg } from './call.ts';
import type { State } from './state.ts';

/** AST_STATE_RINGING (include/asterisk/channelstate.h). */
export const ringingState = 5;

/**
 * A phone that is called rings: only that makes its extension one that could have answered (contract §3.7, missCause). A
 * DialBegin alone does not: a phone that is busy or does not answer its registrar any more is called too.
 */
export function noteRinging(state: State, uniqueid: string): void {
  const leg = state.legs.get(uniqueid);
  if (leg === undefined || leg.rang || leg.hidden) return;
  leg.rang = true;
  const { callerPath } = leg.call;
  if (callerPath === undefined || leg.member === '') return;
  if (callerPath.rung === undefined || callerPath.rung.beganAt <= leg.beganAt) callerPath.rung = leg;
}

/** ms: what a line outside needs at most to refuse. */
const patience = 2_000;

/**
 * Whether a line outside rang though nobody told: with early audio in place of a ringing (183) the queue's own members are
 * silent (apps/app_queue.c tells of no progress). It did when it was called for a while and not refused.
 */
export function rangUnheard({ isOutside, beganAt, endedAt = beganAt }: Leg, status: string): boolean {
  return isOutside && /^(noanswer|cancel)$/.test(status) && endedAt - beganAt >= patience;
}
