import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { eventually } from '../lab/within.ts';
import { settleAndCompare } from './settle.ts';
import type { Stage } from './stage.ts';
import { pause } from './stage.ts';

/** The connection to Asterisk breaks, so many times at random moments and for random times, with calls running. */
export async function cutOften(t: Test, stage: Stage, times: number): Promise<void> {
  const { traffic, proxy, daemon, away, roll } = stage;
  traffic.start();
  await sleep(2_000);
  for (let cuts = 0; cuts < times; cuts++) {
    away.begin();
    await proxy.cut();
    await pause(roll, 0, 2_500);
    await proxy.mend();
    // It may not have noticed yet that it was away: only a new connection tells.
    const before = proxy.connections;
    await eventually('a new connection', () => proxy.connections > before);
    await daemon.ready();
    away.end();
    await pause(roll, 0, 2_000);
  }
  await settleAndCompare(t, stage);
}

/** Asterisk ends with calls running and is started again, so many times, in an orderly way and by SIGKILL in turns. */
export async function endAsterisk(t: Test, stage: Stage, times: number): Promise<void> {
  const { scenery, traffic, witness, daemon, phones, away, roll } = stage;
  const { asterisk } = scenery;
  for (let ends = 0; ends < times; ends++) {
    traffic.start();
    await pause(roll, 3_000, 6_000);
    away.begin();
    await (ends % 2 === 0 ? asterisk.stop() : asterisk.kill());
    await traffic.lost();
    await pause(roll, 0, 3_000);
    await asterisk.resume();
    await witness.start();
    for (const phone of phones) await eventually('a phone registers', async () => (await phone.tryRegister()) === 200);
    await daemon.ready();
    away.end();
  }
  traffic.start();
  await sleep(4_000);
  await settleAndCompare(t, stage);
}

/** Asterisk's queues are reloaded so many times with calls running: its lists come anew, and nothing was missed. */
export async function reloadOften(t: Test, stage: Stage, times: number): Promise<void> {
  const { scenery, traffic, arrivals, roll } = stage;
  traffic.start();
  for (let reloads = 0; reloads < times; reloads++) {
    await pause(roll, 1_000, 2_000);
    await scenery.asterisk.cli('module reload app_queue.so');
  }
  await settleAndCompare(t, stage);
  const records = arrivals.taken('cc_cdr').map(({ body }) => body['incomplete']);
  t.notOk(records.includes(true), 'contract §3.7: no cc_cdr is incomplete');
}
