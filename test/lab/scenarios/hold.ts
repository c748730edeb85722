import type { Stage } from '../stage.ts';
import { conversation, talk } from './talk.ts';

export const name = 'hold';

/** 800 talks to 801, holds, comes back, hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
  await call.hold();
  await talk();
  await call.unhold();
  await talk();
  await call.hangUp();
  await answer.ended();
}
