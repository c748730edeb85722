import type { Call } from '../call.ts';
import type { Stage } from '../stage.ts';
import type { Ends } from './talk.ts';
import { served, talk } from './talk.ts';

export const name = 'queue-consult-queue';

/** As `served`; 800 asked queue 631 by *2, where 801 answered, and hung up: the customer has talked to 801. */
export async function handedOverInQueue(lab: Stage): Promise<Ends & { /** 801's end. */ readonly next: Call }> {
  const other = await lab.phone('801');
  await lab.operator.login('801', '631');
  const { call, answer } = await served(lab);
  await answer.press('*2');
  await lab.ami.event('Hold');
  await answer.press('631');
  const next = await other.incoming();
  await next.answer();
  await talk();
  await answer.hangUp();
  await lab.ami.event('AttendedTransfer');
  await talk();
  return { call, answer, next };
}

/** 800 takes a call of queue 630, asks queue 631 by *2 and hangs up; the caller talks to 801 of that queue and hangs up. */
export async function run(lab: Stage): Promise<void> {
  const { call, next } = await handedOverInQueue(lab);
  await call.hangUp();
  await next.ended();
}
