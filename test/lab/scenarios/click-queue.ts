import type { Stage } from '../stage.ts';
import { taken, talk } from './talk.ts';

export const name = 'click-queue';

/** click-number: 800 picks up and is put into queue 630, where 801 answers; 800 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const phone = await lab.phone('800');
  const agent = await lab.phone('801');
  await lab.operator.login('801', '630');
  await lab.operator.clickNumber('800', '630');
  const call = await phone.incoming();
  await call.answer();
  const answer = await agent.incoming();
  await taken(lab, answer);
  await talk();
  await call.hangUp();
  await answer.ended();
}
