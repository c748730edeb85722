import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'click-while-talking';

/** 800 talks to 801 when click-number rings it for 803: 800 takes the second call, then goes back to the first. */
export async function run(lab: Stage): Promise<void> {
  const [phone, first, second] = [await lab.phone('800'), await lab.phone('801'), await lab.phone('803')];
  const call = await phone.call('801');
  const answer = await first.incoming();
  await answer.answer();
  await call.answered();
  await lab.operator.clickNumber('800', '803');
  const click = await phone.incoming();
  await call.hold();
  await click.answer();
  const next = await second.incoming();
  await next.answer();
  await talk();
  await next.hangUp();
  await click.ended();
  await call.unhold();
  await talk();
  await call.hangUp();
  await answer.ended();
}
