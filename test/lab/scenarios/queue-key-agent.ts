import { keyDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { served, step } from './talk.ts';

export const name = 'queue-key-agent';

/** 800 takes a call of queue 630 and hangs up by the feature code *; the caller is asked for a score and hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await served(lab, '630', keyDid);
  await answer.press(lab.places.hangupKeys);
  await answer.ended();
  await step(lab, 'feedback', 'Read');
  await call.hangUp();
}
