import type { Stage } from '../stage.ts';

export const name = 'internal-unregistered';

/** 800 calls 801, whose phone is not registered. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const call = await caller.call('801');
  await call.ended();
}
