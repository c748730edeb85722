import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { callQueue, localMember, taken, talk } from './talk.ts';

export const name = 'queue-local-transfer';

/** As FreePBX has it: queue 630 rings a Local channel that rings 801, who hands the caller to queue 632 (REFER); 800 answers. */
export async function run(lab: Stage): Promise<void> {
  const first = await lab.phone('801');
  const second = await lab.phone('800');
  await lab.operator.login('800', '632');
  await localMember(lab, '801');
  const call = await callQueue(lab, '630');
  const answer = await first.incoming();
  await taken(lab, answer);
  await talk();
  await answer.refer('632');
  const next = await second.incoming();
  await sleep(1_100);
  await taken(lab, next);
  await answer.hangUp();
  await talk();
  await call.hangUp();
  await next.ended();
}
