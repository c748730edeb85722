import type { Stage } from '../stage.ts';
import { answers, talk } from './talk.ts';

export const name = 'click-answered';

/** click-number: 800 is called, answers, and 801 is called and answers. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  await lab.operator.clickNumber('800', '801');
  const first = await caller.incoming();
  await talk();
  await first.answer();
  const second = await callee.incoming();
  await answers(lab, '801', second);
  await talk();
  await first.hangUp();
  await second.ended();
}
