import type { Stage } from '../stage.ts';
import { handedOver, step, talk } from './talk.ts';

export const name = 'queue-transfer-third';

/** As `queue-transfer-attended`; 801 hangs up, and the caller leaves what comes after the queue. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer, consultation, next } = await handedOver(lab);
  await next.hangUp();
  await step(lab, lab.places.survey, 'Read');
  await talk();
  await call.hangUp();
  await Promise.all([answer.hangUp(), consultation.hangUp()]);
}
