import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'outbound-answered';

/** 800 calls out, the far side answers, 800 hangs up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  lab.provider.behaviour = 'answer';
  const call = await caller.call('918782985586');
  await call.answered();
  const far = await lab.provider.incoming();
  await talk();
  await call.hangUp();
  await far.ended();
}
