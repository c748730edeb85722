import type { Stage } from '../stage.ts';
import { parkedByAsking } from './queue-parked-asked.ts';

export const name = 'queue-parked-asked-left';

/** 800 serves a customer and parks them by *2, and the customer gives up in the parking lot. */
export async function run(lab: Stage): Promise<void> {
  const { call } = await parkedByAsking(lab);
  await call.hangUp();
}
