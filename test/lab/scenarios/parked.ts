import type { Stage } from '../stage.ts';
import { talk } from './talk.ts';

export const name = 'parked';

/** 800 talks to 801, the API parks 801 (700), 802 fetches the call (701) and hangs up. */
export async function run(lab: Stage): Promise<void> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  await talk();
  const third = await lab.phone('802');
  await lab.operator.transfer('800', '700');
  await call.ended();
  await lab.ami.event('ParkedCall');
  const fetch = await third.call('701');
  await fetch.answered();
  await talk();
  await fetch.hangUp();
  await answer.ended();
}
