import type { Stage } from '../stage.ts';
import { taken, talk, throughMenu } from './talk.ts';

export const name = 'inbound-queue-caller-hangs-up';

/** From outside through the menu to queue 630; the caller hangs up after talking. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await throughMenu(lab);
  await taken(lab, answer);
  await talk();
  await call.hangUp();
  await answer.ended();
}
