import type { Stage } from '../stage.ts';
import { talk, throughMenu } from './talk.ts';

export const name = 'inbound-queue-abandoned';

/** From outside through the menu to queue 630; the caller hangs up while the agent's phone rings. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await throughMenu(lab);
  await talk();
  await call.hangUp();
  await answer.ended();
}
