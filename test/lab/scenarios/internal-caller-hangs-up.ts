import type { Stage } from '../stage.ts';
import { conversation } from './talk.ts';

export const name = 'internal-caller-hangs-up';

/** 800 calls 801, they talk, 800 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
  await call.hangUp();
  await answer.ended();
}
