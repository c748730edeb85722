import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'spy';

/** 800 talks to 801, and 802 listens. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  const listener = await lab.phone('802');
  await lab.operator.spy('802', '801');
  const spy = await listener.incoming();
  await spy.answer();
  await talk();
  await call.hangUp();
  await answer.ended();
  await spy.hangUp();
}
