import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'hangup-by-api';

/** 800 talks to 801 and the API hangs 800 up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  await lab.operator.hangUp('800');
  await call.ended();
  await answer.ended();
}
