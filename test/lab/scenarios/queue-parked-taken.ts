import type { Stage } from '../stage.ts';
import { fetch, parked } from './queue-parked.ts';

export const name = 'queue-parked-taken';

/** 800 serves a customer and parks them, 801 fetches them, and the customer hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call } = await parked(lab);
  await fetch(lab, '801', call);
}
