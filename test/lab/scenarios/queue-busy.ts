import type { Stage } from '../stage.ts';
import { callQueue, served } from './talk.ts';

export const name = 'queue-busy';

/** 800 talks to a caller of queue 633; the time of a second caller is up before they have done; the first hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await served(lab, '633');
  const second = await callQueue(lab, '633', '85322362');
  await second.ended();
  await call.hangUp();
  await answer.ended();
}
