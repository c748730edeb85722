import type { Stage } from '../stage.ts';
import { served, talk } from './talk.ts';

export const name = 'queue-transfer-attended';

/** 800 takes a call of queue 630, holds it, asks 801, and connects the two (REFER with Replaces); the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const third = await lab.phone('801');
  const { agent, call, answer } = await served(lab);
  await answer.hold();
  const consultation = await agent.call('801');
  const next = await third.incoming();
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
