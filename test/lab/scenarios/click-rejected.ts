import type { Stage } from '../stage.ts';

export const name = 'click-rejected';

/** click-number: 800 is called and refuses. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  caller.behaviour = 486;
  await lab.operator.clickNumber('800', '801');
  await (await caller.incoming()).ended();
  await lab.ami.event('OriginateResponse');
}
