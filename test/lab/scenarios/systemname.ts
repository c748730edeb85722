import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'systemname';

/** Its unique ids read `lab-call-centre-1795368505.29`. */
export const options = { extra: { 'asterisk.conf': 'systemname = lab-call-centre' } };

/** click-number: 800 calls 801 on a box with a name; 801 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const [phone, callee] = [await lab.phone('800'), await lab.phone('801')];
  await lab.operator.clickNumber('800', '801');
  const call = await phone.incoming();
  await call.answer();
  const answer = await callee.incoming();
  await answer.answer();
  await talk();
  await answer.hangUp();
  await call.ended();
}
