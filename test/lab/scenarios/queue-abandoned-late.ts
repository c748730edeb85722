import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { callQueue } from './talk.ts';

export const name = 'queue-abandoned-late';

/** Queue 630 rings 800 three times, each time for 4 s; the caller hangs up 10.6 s after joining. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await callQueue(lab, '630');
  await lab.ami.event('QueueCallerJoin');
  const joined = performance.now();
  await (await agent.incoming()).ended();
  await (await agent.incoming()).ended();
  const ring = await agent.incoming();
  await sleep(10_600 - (performance.now() - joined));
  await call.hangUp();
  await ring.ended();
}
