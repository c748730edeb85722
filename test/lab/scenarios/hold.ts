import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'hold';

/** 800 talks to 801, holds, comes back, hangs up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  await call.hold();
  await talk();
  await call.unhold();
  await talk();
  await call.hangUp();
  await answer.ended();
}
