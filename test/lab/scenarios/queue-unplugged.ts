import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-unplugged';

/** The only member of queue 633 is 805, whose phone is not registered; the time of the caller is up. */
export async function run(lab: Stage): Promise<void> {
  await lab.operator.login('805', '633');
  const call = await callQueue(lab, '633');
  await call.ended();
}
