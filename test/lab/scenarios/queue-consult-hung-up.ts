import type { Stage } from '../stage.ts';
import { answers, served, talk } from './talk.ts';

export const name = 'queue-consult-hung-up';

/** 800 takes a call of queue 630 and asks 801 by *2; the caller, on hold, hangs up, and later 800 does. */
export async function run(lab: Stage): Promise<void> {
  const third = await lab.phone('801');
  const { call, answer } = await served(lab);
  await answer.press('*2');
  await lab.ami.event('Hold');
  await answer.press('801');
  const next = await third.incoming();
  await answers(lab, '801', next);
  await talk();
  await call.hangUp();
  await talk();
  await answer.hangUp();
  await next.ended();
}
