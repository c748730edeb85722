import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import type { Ill } from './ills.ts';
import { ills, Refusal } from './ills.ts';
import { settleAndCompare } from './settle.ts';
import type { Stage } from './stage.ts';

/** The receiver is ill for so long (ms) with calls running, then well. */
export async function suffer({ receiver }: Stage, { begin, end }: Ill, time: number): Promise<void> {
  await begin(receiver);
  await sleep(time);
  await end?.(receiver);
  receiver.mode = { do: 'ok' };
}

/** Every ill, one after the other, with a moment of health between them. */
export async function sufferAll(stage: Stage, time: number): Promise<void> {
  for (const ill of ills) {
    await suffer(stage, ill, time);
    await sleep(800);
  }
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
  await settleAndCompare(t, stage, { silence: 60_000 });
  const attempts = arrivals.records.get(id ?? '')?.attempts ?? [];
  t.equal(attempts.length, refusal.refused + 1, 'in the end it is taken, once');
}
