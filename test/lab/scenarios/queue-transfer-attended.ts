import type { Stage } from '../stage.ts';
import { handedOver } from './talk.ts';

export const name = 'queue-transfer-attended';

/** 800 takes a call of queue 630, holds it, asks 801, and connects the two (REFER with Replaces); the caller hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer, consultation, next } = await handedOver(lab);
  await call.hangUp();
  await next.ended();
  await Promise.all([answer.hangUp(), consultation.hangUp()]);
}
