import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-leave-empty';

/** 801 logs out of queue 631 while queue 631 rings the phone: when the ring is over, the caller is put out. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('801');
  await lab.operator.login('801', '631');
  const call = await callQueue(lab, '631');
  const ring = await agent.incoming();
  await lab.operator.logout('801', '631');
  await ring.ended();
  await call.ended();
}
