import type { Stage } from '../stage.ts';
import { callQueue, serveAndHangUp } from './talk.ts';

export const name = 'queue-overflow';

/** 800 does not answer in queue 635; when the time is up the caller is led to queue 630, where 801 answers; the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const [agent, other] = [await lab.phone('800'), await lab.phone('801')];
  await lab.operator.login('800', '635');
  await lab.operator.login('801', '630');
  const call = await callQueue(lab, '635');
  await (await agent.incoming()).ended();
  await serveAndHangUp(other, call);
}
