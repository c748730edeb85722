import type { Stage } from '../stage.ts';
import { served, step, talk } from './talk.ts';

export const name = 'queue-transfer-third';

/** As `queue-transfer-attended`; 801 hangs up, and the caller leaves what comes after the queue. */
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
  await next.hangUp();
  await step(lab, 'feedback', 'Read');
  await talk();
  await call.hangUp();
  await Promise.all([answer.hangUp(), consultation.hangUp()]);
}
