import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'internal-callee-hangs-up';

/** 800 calls 801, they talk, 801 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  await answer.hangUp();
  await call.ended();
}
