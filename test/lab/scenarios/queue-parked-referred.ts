import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { fetch } from './queue-parked.ts';
import { served } from './talk.ts';

export const name = 'queue-parked-referred';

/**
 * 800 serves a customer, holds them, calls the parking lot (700), and gives the customer its place there (REFER with
 * Replaces). 801 fetches them, and the customer hangs up.
 */
export async function run(lab: Stage): Promise<void> {
  const { agent, call, answer } = await served(lab);
  await answer.hold();
  const parking = await agent.call('700');
  await lab.ami.event('ParkedCall');
  await sleep(1_000);
  await answer.referTo(parking);
  await lab.ami.event('AttendedTransfer');
  await sleep(1_500);
  await fetch(lab, '801', call);
  await Promise.all([answer.hangUp(), parking.hangUp()]);
}
