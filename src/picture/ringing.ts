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
  const { journey } = leg.call;
  if (journey === undefined || leg.member === '') return;
  if (journey.rung === undefined || journey.rung.beganAt <= leg.beganAt) journey.rung = leg;
}
