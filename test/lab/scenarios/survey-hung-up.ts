import type { Stage } from '../stage.ts';
import { surveyed, talk } from './talk.ts';

export const name = 'survey-hung-up';

/** 800 takes a call of queue 630 and hangs up; the caller hangs up in the survey. */
export async function run(lab: Stage): Promise<void> {
  const call = await surveyed(lab);
  await talk();
  await call.hangUp();
}
