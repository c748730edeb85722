import type { Stage } from '../stage.ts';
import { answers, served, talk } from './talk.ts';

export const name = 'queue-transfer-refer';

/** 800 takes a call of queue 630 and hands the caller to 801 with REFER (blind); the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const third = await lab.phone('801');
  const { call, answer } = await served(lab);
  await answer.refer('801');
  const next = await third.incoming();
  await answers(lab, '801', next);
  await answer.hangUp();
  await talk();
  await call.hangUp();
  await next.ended();
}
