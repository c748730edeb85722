import type { Stage } from '../stage.ts';
import { conversation, talk } from './talk.ts';

export const name = 'transfer-outside';

/** 800 talks to 801 and the API hands 801 to a number outside, which hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
  await lab.operator.transfer('800', '918782985586');
  await call.ended();
  const far = await lab.provider.incoming();
  await far.answer();
  await talk();
  await far.hangUp();
  await answer.ended();
}
