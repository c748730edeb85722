import type { Stage } from '../stage.ts';
import { callQueue, ringsLong, taken, talk } from './talk.ts';

export const name = 'two-calls-same-caller';

export const options = ringsLong('630');

/** A caller calls queue 630 twice at once: 800 takes the first call, 801 logs in and takes the second; the caller hangs up the first, 801 the second, whose survey stays without a key. */
export async function run(lab: Stage): Promise<void> {
  const [agent, other] = [await lab.phone('800'), await lab.phone('801')];
  await lab.operator.login('800', '630');
  const first = await callQueue(lab, '630');
  const answer = await agent.incoming();
  const second = await callQueue(lab, '630');
  await lab.ami.event('QueueCallerJoin', ({ Position }) => Position === '2');
  await taken(lab, answer);
  await lab.operator.login('801', '630');
  const otherAnswer = await other.incoming();
  await taken(lab, otherAnswer);
  await talk();
  await first.hangUp();
  await answer.ended();
  await talk();
  await otherAnswer.hangUp();
  await second.ended();
}
