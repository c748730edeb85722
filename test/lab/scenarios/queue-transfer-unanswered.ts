import type { Stage } from '../stage.ts';
import { served } from './talk.ts';

export const name = 'queue-transfer-unanswered';

/** 800 takes a call of queue 630 and hands the caller to 801 (REFER), who does not answer for 4 s: the call ends. */
export async function run(lab: Stage): Promise<void> {
  const third = await lab.phone('801');
  const { call, answer } = await served(lab);
  await answer.refer('801');
  const ring = await third.incoming();
  await answer.hangUp();
  await ring.ended();
  await call.ended();
}
