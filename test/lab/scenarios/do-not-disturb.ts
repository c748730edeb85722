import type { Stage } from '../stage.ts';

export const name = 'do-not-disturb';

/** 800 calls 801, whose phone declines (603). */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  callee.behaviour = 603;
  const call = await caller.call('801');
  await call.ended();
}
