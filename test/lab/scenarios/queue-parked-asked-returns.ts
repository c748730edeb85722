import type { Stage } from '../stage.ts';
import { parkedByAsking } from './queue-parked-asked.ts';
import { options as shortly } from './queue-parked-returns.ts';
import { serveAndHangUp } from './talk.ts';

export const name = 'queue-parked-asked-returns';

export const options = shortly;

/** 800 serves a customer and parks them by *2, and nobody fetches them: 800's phone rings again; the customer hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call } = await parkedByAsking(lab);
  await serveAndHangUp(await lab.phone('800'), call);
}
