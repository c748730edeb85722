import type { Stage } from '../stage.ts';
import { handedOver } from './talk.ts';

export const name = 'queue-consult-queue-refer';

/**
 * 800 takes a call of queue 630, holds it, calls queue 631, where 801 answers, and connects the two (REFER with Replaces).
 * They talk, and the caller hangs up.
 */
export async function run(lab: Stage): Promise<void> {
  await lab.phone('801');
  await lab.operator.login('801', '631');
  const { call, answer, consultation, next } = await handedOver(lab, '631');
  await call.hangUp();
  await next.ended();
  await Promise.all([answer.hangUp(), consultation.hangUp()]);
}
