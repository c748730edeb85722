import type { Stage } from '../stage.ts';
import { served, talk } from './talk.ts';

export const name = 'queue-transfer-outside';

/** 800 takes a call of queue 630 and the API hands the caller to a number outside, which hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await served(lab);
  await lab.operator.transfer('800', '918782985586');
  await answer.ended();
  const far = await lab.provider.incoming();
  await far.answer();
  await talk();
  await far.hangUp();
  await call.ended();
}
