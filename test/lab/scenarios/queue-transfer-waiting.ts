import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { ringsLong, served, taken, talk } from './talk.ts';

export const name = 'queue-transfer-waiting';

export const options = ringsLong('632');

/**
 * 800 takes a call of queue 630, holds it, calls queue 632, and while 801's phone still rings there hands the caller its
 * place (REFER with Replaces). 801 answers; the caller hangs up.
 */
export async function run(lab: Stage): Promise<void> {
  const third = await lab.phone('801');
  await lab.operator.login('801', '632');
  const { agent, call, answer } = await served(lab);
  await answer.hold();
  const consultation = await agent.call('632');
  const next = await third.incoming();
  await talk();
  await answer.referTo(consultation);
  await lab.ami.event('AttendedTransfer');
  await sleep(1_100);
  await taken(lab, next);
  await talk();
  await call.hangUp();
  await next.ended();
  await Promise.all([answer.hangUp(), consultation.hangUp()]);
}
