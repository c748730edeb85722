import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { callQueue, localMember, taken, talk } from './talk.ts';

export const name = 'queue-local-feature';

/** As FreePBX has it: queue 630 rings a Local channel that rings 801, who asks 800 by *2 and hangs up; the caller talks to 800. */
export async function run(lab: Stage): Promise<void> {
  const first = await lab.phone('801');
  const second = await lab.phone('800');
  await localMember(lab, '801');
  const call = await callQueue(lab, '630');
  const answer = await first.incoming();
  await taken(lab, answer);
  await talk();
  await answer.press('*2');
  await lab.ami.event('MusicOnHoldStart', ({ Channel }) => Channel?.startsWith('Local/') === true);
  await answer.press('800');
  const next = await second.incoming();
  await next.answer();
  await sleep(1_100);
  await answer.hangUp();
  await lab.ami.event('AttendedTransfer');
  await sleep(1_100);
  await call.hangUp();
  await next.ended();
}
