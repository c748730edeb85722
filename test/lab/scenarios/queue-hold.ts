import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { served, talk } from './talk.ts';

export const name = 'queue-hold';

/** 800 takes a call of queue 630, holds for 1.2 s, goes on, and holds again; the caller hangs up 1 s later. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await served(lab);
  await answer.hold();
  await sleep(1_200);
  await answer.unhold();
  await talk();
  await answer.hold();
  await sleep(1_000);
  await call.hangUp();
  await answer.ended();
}
