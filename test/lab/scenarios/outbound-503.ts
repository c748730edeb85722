import type { Stage } from '../stage.ts';

export const name = 'outbound-503';

/** 800 calls out while the provider is out of order. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  lab.provider.behaviour = 503;
  const call = await caller.call('918782985586');
  await call.ended();
}
