import type { Stage } from '../stage.ts';
import { conversation, talk } from './talk.ts';

export const name = 'parked';

/** 800 talks to 801, the API parks 801 (700), 802 fetches the call (701) and hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await conversation(lab);
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
