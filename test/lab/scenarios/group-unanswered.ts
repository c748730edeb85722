import type { Stage } from '../stage.ts';

export const name = 'group-unanswered';

/** 800 calls the group 690: 801 is busy, 802 rings until the dialplan gives up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const busy = await lab.phone('801');
  await lab.phone('802');
  busy.behaviour = 486;
  const call = await caller.call('690');
  await call.ended();
}
