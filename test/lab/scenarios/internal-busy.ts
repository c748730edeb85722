import type { Stage } from '../stage.ts';

export const name = 'internal-busy';

/** 800 calls 801, who is busy (486). */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  callee.behaviour = 486;
  const call = await caller.call('801');
  await call.ended();
}
