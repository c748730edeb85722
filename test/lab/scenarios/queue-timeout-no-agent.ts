import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-timeout-no-agent';

/** Nobody is logged in to queue 633, and the time of the caller is up. */
export async function run(lab: Stage): Promise<void> {
  const call = await callQueue(lab, '633');
  await call.ended();
}
