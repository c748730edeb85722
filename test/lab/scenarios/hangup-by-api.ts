import type { Stage } from '../stage.ts';
import { conversation } from './talk.ts';

export const name = 'hangup-by-api';

/** 800 talks to 801 and the API hangs 800 up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
  await lab.operator.hangUp('800');
  await call.ended();
  await answer.ended();
}
