import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../call.ts';
import type { Stage } from '../stage.ts';
import type { Ends } from './talk.ts';
import { served, talk } from './talk.ts';

export const name = 'queue-parked';

/** As `served`, and 800 has parked the customer, who has waited there for a while. */
export async function parked(lab: Stage): Promise<Ends> {
  const ends = await served(lab);
  await ends.answer.refer('700');
  await lab.ami.event('ParkedCall');
  await ends.answer.hangUp();
  await sleep(1_500);
  return ends;
}

/** Somebody fetches the parked call, talks to the customer and is left by them. */
export async function fetch(lab: Stage, extension: string, customer: Call): Promise<void> {
  const call = await (await lab.phone(extension)).call('701');
  await call.answered();
  await lab.ami.event('UnParkedCall');
  await talk();
  await customer.hangUp();
  await call.ended();
}

/** 800 serves a customer, parks them and fetches them again, and the customer hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call } = await parked(lab);
  await fetch(lab, '800', call);
}
