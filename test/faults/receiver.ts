import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { ills, Refusal } from './ills.ts';
import { settleAndCompare } from './settle.ts';
import type { Stage } from './stage.ts';

/** The names of the ills, as a section of api.conf has them. */
export const illNames = ills.map(({ name }) => name.replaceAll(/[^a-z0-9]+/gi, '-'));

/** A receiver for each ill is ill for a while, all at the same time, with calls running; then all are well. */
export async function sufferAll({ others, traffic, receiver: well }: Stage, time: number): Promise<void> {
  traffic.start();
  for (const [at, { receiver }] of [...others.values()].entries()) await ills[at]?.begin(receiver);
  await sleep(time);
  for (const [at, { receiver }] of [...others.values()].entries()) {
    await ills[at]?.end?.(receiver);
    receiver.mode = { do: 'ok' };
  }
  // The first receiver was never ill.
  await well.up();
}

/** One event is always refused for a while: all others arrive meanwhile. */
export async function refuseOne(t: Test, stage: Stage, times: number, time: number): Promise<void> {
  const { receiver, traffic, arrivals } = stage;
  const refusal = new Refusal(times);
  receiver.mode = refusal.mode;
  traffic.start();
  await sleep(time);
  const { refused, others, id } = refusal;
  t.comment(`${id ?? 'nothing'} was refused ${refused} times, ${others} other records came after it`);
  t.ok(refused > 0 && others > 20, 'one record is refused, and the others flow');
  // The fourth attempt is made two minutes after the third.
  await settleAndCompare(t, stage, { silence: 170_000 });
  const attempts = arrivals.records.get(id ?? '')?.attempts ?? [];
  t.equal(attempts.length, refusal.refused + 1, 'in the end it is taken, once');
}
