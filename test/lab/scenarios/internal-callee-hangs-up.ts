import type { Stage } from '../stage.ts';
import { conversation } from './talk.ts';

export const name = 'internal-callee-hangs-up';

/** 800 calls 801, they talk, 801 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
  await answer.hangUp();
  await call.ended();
}
