import type { Stage } from '../stage.ts';
import { conversation, talk } from './talk.ts';

export const name = 'transfer-by-api';

/** 800 talks to 801 and the API hands 801 to 802. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
  const third = await lab.phone('802');
  await lab.operator.transfer('800', '802');
  const next = await third.incoming();
  await call.ended();
  await next.answer();
  await talk();
  await next.hangUp();
  await answer.ended();
}
