import type { Stage } from '../stage.ts';
import { served, talk } from './talk.ts';

export const name = 'queue-consult-queue-refer';

/**
 * 800 takes a call of queue 630, holds it, calls queue 631, where 801 answers, and connects the two (REFER with Replaces).
 * They talk, and the caller hangs up.
 */
export async function run(lab: Stage): Promise<void> {
  const other = await lab.phone('801');
  await lab.operator.login('801', '631');
  const { agent, call, answer } = await served(lab);
  await answer.hold();
  const consultation = await agent.call('631');
  const next = await other.incoming();
  await next.answer();
  await consultation.answered();
  await talk();
  await answer.referTo(consultation);
  await lab.ami.event('AttendedTransfer');
  await talk();
  await call.hangUp();
  await next.ended();
  await Promise.all([answer.hangUp(), consultation.hangUp()]);
}
