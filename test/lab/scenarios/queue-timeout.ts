import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-timeout';

/** Queue 633 rings 800, who does not answer, until the time of the caller is up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '633');
  const call = await callQueue(lab, '633');
  const ring = await agent.incoming();
  await ring.ended();
  await call.ended();
}
