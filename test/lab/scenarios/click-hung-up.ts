import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'click-hung-up';

/** click-number rings 800, and the API hangs 800 up before it is picked up. */
export async function run(lab: Stage): Promise<void> {
  const phone = await lab.phone('800');
  await lab.operator.clickNumber('800', '801');
  const call = await phone.incoming();
  await talk();
  await lab.operator.hangUp('800');
  await call.ended();
  await lab.ami.event('OriginateResponse');
}
