import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'pickup';

/** 800 calls 801; 802 picks the call up (*8801); 800 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const third = await lab.phone('802');
  const call = await caller.call('801');
  const ring = await callee.incoming();
  await call.ringing();
  const pickup = await third.call('*8801');
  await pickup.answered();
  await call.answered();
  await ring.ended();
  await talk();
  await call.hangUp();
  await pickup.ended();
}
