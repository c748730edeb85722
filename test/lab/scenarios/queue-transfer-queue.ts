import type { Stage } from '../stage.ts';
import { served, taken, talk } from './talk.ts';

export const name = 'queue-transfer-queue';

/** 800 takes a call of queue 630 and hands the caller to queue 631 (REFER), where 801 answers; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const other = await lab.phone('801');
  await lab.operator.login('801', '631');
  const { call, answer } = await served(lab);
  await answer.refer('631');
  const next = await other.incoming();
  await taken(lab, next);
  await answer.hangUp();
  await talk();
  await call.hangUp();
  await next.ended();
}
