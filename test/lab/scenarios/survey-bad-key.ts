import type { Stage } from '../stage.ts';
import { surveyed } from './talk.ts';

export const name = 'survey-bad-key';

/** 800 takes a call of queue 630 and hangs up; the caller presses 9 in the survey, which is no score. */
export async function run(lab: Stage): Promise<void> {
  const call = await surveyed(lab);
  await call.press('9');
  await call.ended();
}
