import type { Stage } from '../stage.ts';
import { parked } from './queue-parked.ts';
import { serveAndHangUp } from './talk.ts';

export const name = 'queue-parked-returns';

/** Nobody need fetch a call that is parked here: it comes back after six seconds, which is enough to hang up before. */
const parking = `[general]
[default]
parkext => 700
parkpos => 701-720
context => parkedcalls
parkingtime => 6
comebacktoorigin = yes
`;

export const options = { files: { 'res_parking.conf': parking } };

/** 800 serves a customer and parks them, and nobody fetches them: 800's phone rings again, and the customer hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call } = await parked(lab);
  await serveAndHangUp(await lab.phone('800'), call);
}
