import type { Stage } from '../stage.ts';

export const name = 'outbound-404';

/** 800 calls a number that does not exist. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  lab.provider.behaviour = 404;
  const call = await caller.call('918782985586');
  await call.ended();
}
