import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'transfer-outside';

/** 800 talks to 801 and the API hands 801 to a number outside, which hangs up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  await lab.operator.transfer('800', '918782985586');
  await call.ended();
  const far = await lab.provider.incoming();
  await far.answer();
  await talk();
  await far.hangUp();
  await answer.ended();
}
