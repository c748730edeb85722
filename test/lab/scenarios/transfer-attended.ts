import type { Stage } from '../stage.ts';
import { conversation, talk } from './talk.ts';

export const name = 'transfer-attended';

/** 800 talks to 801, asks 802, and connects the two (REFER with Replaces). */
export async function run(lab: Stage): Promise<void> {
  const { caller, call, answer } = await conversation(lab);
  const third = await lab.phone('802');
  await call.hold();
  const consultation = await caller.call('802');
  const next = await third.incoming();
  await next.answer();
  await consultation.answered();
  await talk();
  await call.referTo(consultation);
  await lab.ami.event('AttendedTransfer');
  await talk();
  await next.hangUp();
  await answer.ended();
  await Promise.all([call.hangUp(), consultation.hangUp()]);
}
