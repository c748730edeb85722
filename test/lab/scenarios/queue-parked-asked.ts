import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { fetch } from './queue-parked.ts';
import { served } from './talk.ts';

export const name = 'queue-parked-asked';

/**
 * 800 serves a customer and dials the parking lot by the key of an attended transfer (*2700): 800 is parked, hears the
 * slot's number and hangs up, and the customer takes 800's place. 801 fetches them, and the customer hangs up.
 */
export async function run(lab: Stage): Promise<void> {
  const { call, answer } = await served(lab);
  await answer.press('*2');
  await lab.ami.event('Hold');
  await answer.press('700');
  await lab.ami.event('ParkedCall');
  await sleep(1_000);
  await answer.hangUp();
  await lab.ami.event('AttendedTransfer');
  await sleep(1_500);
  await fetch(lab, '801', call);
}
