import type { Stage } from '../stage.ts';
import { surveyed } from './talk.ts';

export const name = 'survey-none';

/** 800 takes a call of queue 630 and hangs up; the caller presses nothing, and the survey ends by itself. */
export async function run(lab: Stage): Promise<void> {
  const call = await surveyed(lab);
  await call.ended();
}
