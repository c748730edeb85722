import type { Stage } from '../stage.ts';
import { conversation, talk } from './talk.ts';

export const name = 'transfer-by-refer';

/** 800 talks to 801 and hands 801 to 802 with REFER (blind). */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
  const third = await lab.phone('802');
  await call.refer('802');
  const next = await third.incoming();
  await next.answer();
  await talk();
  await next.hangUp();
  await answer.ended();
  await call.hangUp();
}
