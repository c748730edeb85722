import type { Stage } from '../stage.ts';

export const name = 'click-outside-404';

/** click-number: 800 picks up, and the number outside does not exist. */
export async function run(lab: Stage): Promise<void> {
  const phone = await lab.phone('800');
  lab.provider.behaviour = 404;
  await lab.operator.clickNumber('800', '918782985586');
  const call = await phone.incoming();
  await call.answer();
  await call.ended();
}
