import type { Stage } from '../stage.ts';
import { callQueue, ringsLong, talk } from './talk.ts';

export const name = 'queue-pickup';

export const options = ringsLong('630');

/** Queue 630 rings 800, and 802 takes the call (`*8800`); the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  const colleague = await lab.phone('802');
  await lab.operator.login('800', '630');
  const call = await callQueue(lab, '630');
  const ring = await agent.incoming();
  await talk();
  const answer = await colleague.call('*8800');
  await answer.answered();
  await ring.ended();
  await talk();
  await call.hangUp();
  await answer.ended();
}
