import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'internal-cancelled';

/** 800 calls 801 and hangs up while it rings. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const ring = await callee.incoming();
  await call.ringing();
  await talk();
  await call.hangUp();
  await ring.ended();
}
