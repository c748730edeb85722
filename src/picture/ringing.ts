import type { Leg } from './model.ts';

/** AST_STATE_RINGING (include/asterisk/channelstate.h). */
export const ringingState = 5;

/**
 * A phone that is called rings. Only that makes its extension one that could have answered (contract §3.7, missCause):
 * a DialBegin alone does not, because a phone that is busy or unreachable is called too. `legs`: by Uniqueid.
 */
export function noteRinging(legs: ReadonlyMap<string, Leg>, uniqueid: string): void {
  const leg = legs.get(uniqueid);
  if (leg === undefined || leg.rang || leg.isHidden) return;
  leg.rang = true;
  const { callerPath } = leg.call;
  if (callerPath === undefined || leg.member === '') return;
  if (callerPath.lastRung === undefined || callerPath.lastRung.beganAt <= leg.beganAt) callerPath.lastRung = leg;
}

/** Milliseconds that an outside line needs at most to refuse a call. */
const refusalTime = 2_000;

/**
 * Whether an outside line rang though no event told: with early audio in place of ringing (183), a queue's members are
 * silent (apps/app_queue.c tells of no progress). It rang if it was called for a while and not refused.
 */
export function mustHaveRung({ isOutside, beganAt, endedAt = beganAt }: Leg, status: string): boolean {
  return isOutside && /^(noanswer|cancel)$/.test(status) && endedAt - beganAt >= refusalTime;
}
