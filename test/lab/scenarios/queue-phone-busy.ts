import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-phone-busy';

/** Queue 630 calls 800, whose phone refuses without ringing, and again a second later; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  agent.behaviour = 486;
  const call = await callQueue(lab, '630');
  for (let time = 0; time < 2; time++) await (await agent.incoming()).ended();
  await call.hangUp();
}
