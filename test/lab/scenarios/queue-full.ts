import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-full';

/** Queue 634 has room for one: a caller waits for 800, who is paused, a second is refused, then the time of the first is up. */
export async function run(lab: Stage): Promise<void> {
  await lab.phone('800');
  await lab.operator.login('800', '634');
  await lab.operator.pause('800', '634', 'on');
  const call = await callQueue(lab, '634');
  await lab.ami.event('QueueCallerJoin');
  const second = await callQueue(lab, '634', '85322362');
  await second.ended();
  await call.ended();
}
