import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'transfer-by-api';

/** 800 talks to 801 and the API hands 801 to 802. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  const third = await lab.phone('802');
  await lab.operator.transfer('800', '802');
  const next = await third.incoming();
  await call.ended();
  await next.answer();
  await talk();
  await next.hangUp();
  await answer.ended();
}
