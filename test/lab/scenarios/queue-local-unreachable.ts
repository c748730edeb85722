import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-local-unreachable';

/** Queue 633 rings by way of the dialplan 805, whose phone never registered, until the caller's time is up. */
export async function run(lab: Stage): Promise<void> {
  await lab.ami.action('QueueAdd', { Queue: '633', Interface: `Local/805@${lab.places.members}/n` });
  const call = await callQueue(lab, '633');
  await call.ended();
}
