import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-paused';

/** 800, the only member of queue 633, is paused; the time of the caller is up. */
export async function run(lab: Stage): Promise<void> {
  await lab.phone('800');
  await lab.operator.login('800', '633');
  await lab.operator.pause('800', '633', 'on');
  const call = await callQueue(lab, '633');
  await call.ended();
}
