import type { Stage } from '../stage.ts';
import { callQueue, serveAndHangUp } from './talk.ts';

export const name = 'queue-not-then';

/** Queue 630 rings 800 for 4 s in vain and again; 800 answers; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await callQueue(lab, '630');
  await (await agent.incoming()).ended();
  await serveAndHangUp(agent, call);
}
