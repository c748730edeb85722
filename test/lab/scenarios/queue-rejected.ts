import type { Stage } from '../stage.ts';
import { callQueue, talk } from './talk.ts';

export const name = 'queue-rejected';

/** Queue 633 rings 800, who refuses after a moment, twice; then the time of the caller is up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '633');
  const call = await callQueue(lab, '633');
  for (let time = 0; time < 2; time++) {
    const ring = await agent.incoming();
    // At once, a third ring would come before the time is up, or not.
    await talk();
    ring.reject();
  }
  await call.ended();
}
