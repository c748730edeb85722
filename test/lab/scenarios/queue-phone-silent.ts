import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-phone-silent';

/** Queue 633 calls 800, whose phone lost its network and answers nothing; then the time of the caller is up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '633');
  agent.behaviour = 'ignore';
  const call = await callQueue(lab, '633');
  await call.ended();
}
