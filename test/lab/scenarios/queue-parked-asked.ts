import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { fetch } from './queue-parked.ts';
import type { Ends } from './talk.ts';
import { served } from './talk.ts';

export const name = 'queue-parked-asked';

/**
 * As `served`; 800 has dialled the parking lot by the key of an attended transfer (*2700): 800 is parked, hears the slot's
 * number and hangs up, and the customer has taken 800's place and waited there for a while.
 */
export async function parkedByAsking(lab: Stage): Promise<Ends> {
  const ends = await served(lab);
  await ends.answer.press('*2');
  await lab.ami.event('Hold');
  await ends.answer.press('700');
  await lab.ami.event('ParkedCall');
  await sleep(1_000);
  await ends.answer.hangUp();
  await lab.ami.event('AttendedTransfer');
  await sleep(1_500);
  return ends;
}

/** 800 serves a customer and parks them by *2, 801 fetches them, and the customer hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call } = await parkedByAsking(lab);
  await fetch(lab, '801', call);
}
