import { keyDid } from '../dialplan.ts';
import type { Stage } from '../stage.ts';
import { served, step, talk } from './talk.ts';

export const name = 'queue-key-caller';

/** 800 takes a call of queue 630, presses a key that means nothing, and the caller ends the conversation by the feature code *. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await served(lab, '630', keyDid);
  await answer.press('5');
  await call.press(lab.places.hangupKeys);
  await answer.ended();
  await step(lab, lab.places.survey, 'Read');
  await talk();
  await call.hangUp();
}
