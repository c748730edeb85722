import type { Stage } from '../stage.ts';
import { handedOverInQueue } from './queue-consult-queue.ts';
import { step, talk } from './talk.ts';

export const name = 'queue-consult-queue-left';

/** As `queue-consult-queue`; 801 hangs up, and the caller leaves what comes after the queue. */
export async function run(lab: Stage): Promise<void> {
  const { call, next } = await handedOverInQueue(lab);
  await next.hangUp();
  await step(lab, lab.places.survey, 'Read');
  await talk();
  await call.hangUp();
}
