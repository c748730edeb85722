import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'call-waiting';

/** 801 holds 800, takes a second call from 802 and the API hands that one to 803; then 801 goes on with 800. */
export async function run(lab: Stage): Promise<void> {
  const [first, agent, second, stand] = [
    await lab.phone('800'),
    await lab.phone('801'),
    await lab.phone('802'),
    await lab.phone('803'),
  ];
  const early = await first.call('801');
  const answer = await agent.incoming();
  await answer.answer();
  await early.answered();
  await answer.hold();
  const late = await second.call('801');
  const waiting = await agent.incoming();
  await waiting.answer();
  await late.answered();
  await talk();
  await lab.operator.transfer('801', '803');
  await waiting.ended();
  const handed = await stand.incoming();
  await handed.answer();
  await answer.unhold();
  await talk();
  await handed.hangUp();
  await late.ended();
  await answer.hangUp();
  await early.ended();
}
