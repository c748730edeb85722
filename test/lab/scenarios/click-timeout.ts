import type { Stage } from '../stage.ts';

export const name = 'click-timeout';

/** click-number: 800 is called and does not answer. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  await lab.operator.clickNumber('800', '801');
  await (await caller.incoming()).ended(60_000);
  await lab.ami.event('OriginateResponse');
}
