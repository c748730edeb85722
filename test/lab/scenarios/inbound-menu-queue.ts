import type { Stage } from '../stage.ts';
import { step, taken, talk, throughMenu } from './talk.ts';

export const name = 'inbound-menu-queue';

/** From outside through the menu to queue 630; the agent hangs up; the caller gives a score. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await throughMenu(lab);
  await talk();
  await taken(lab, answer);
  await talk();
  await answer.hangUp();
  // The survey listens once its prompt plays.
  await step(lab, lab.places.survey, 'Read');
  await talk();
  await call.press('5');
  await call.ended();
}
