import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'group-answered';

/** 800 calls the group 690: 801 and 802 ring, 802 answers, 800 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const members = [await lab.phone('801'), await lab.phone('802')] as const;
  const call = await caller.call('690');
  const [left, taken] = [await members[0].incoming(), await members[1].incoming()];
  await taken.answer();
  await call.answered();
  await left.ended();
  await talk();
  await call.hangUp();
  await taken.ended();
}
