import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'transfer-by-refer';

/** 800 talks to 801 and hands 801 to 802 with REFER (blind). */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  const third = await lab.phone('802');
  await call.refer('802');
  const next = await third.incoming();
  await next.answer();
  await talk();
  await next.hangUp();
  await answer.ended();
  await call.hangUp();
}
