import type { Stage } from '../stage.ts';

export const name = 'click-unregistered';

/** click-number for 800, whose phone is not registered. */
export async function run(lab: Stage): Promise<void> {
  await lab.operator.clickNumber('800', '801');
  await lab.ami.event('OriginateResponse');
}
