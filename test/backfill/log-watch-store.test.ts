import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { LinkedWatch } from './linked-watch.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { fileName } from '../../src/store/sqlite-file.ts';
import { systemClock } from '../../src/system/clock.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';
import { entry, FakeLog } from '../push/fakes.ts';

function lineOf(id: string): string {
  const times = ['10:00:00', '10:00:01', '10:00:09'].map((time) => `"2026-11-25 ${time}"`).join();
  return `"x <1>","1","630","queues","PJSIP/trunk-1","PJSIP/800-2","Queue","630",${times},"9","4","ANSWERED","DOCUMENTATION","","${id}","","${id}",1\n`;
}

interface Box {
  readonly dir: string;
  readonly file: string;
  readonly log: FakeLog;
}

function boxOf(t: Test): Box {
  const dir = makeTemp();
  t.teardown(() => {
    removeTemp(dir);
  });
  writeFileSync(join(dir, 'queue_log'), '');
  writeFileSync(join(dir, 'rows.csv'), lineOf('1.0'));
  return { dir, file: join(dir, 'rows.csv'), log: new FakeLog() };
}

/** The store and the watch of one process, and how it ends. */
async function run(
  { dir, log }: Box,
  limits: { bytes?: number; buffered?: number } = {},
): Promise<{ store: SqliteStore; stop: () => Promise<void>; ids: () => Promise<string[]> }> {
  const store = new SqliteStore({ folder: join(dir, 'data'), log, keepDays: () => 30, receivers: () => [''], limits });
  await store.start(() => undefined);
  const watch = new LinkedWatch({
    settings: { cdrFiles: [join(dir, 'rows.csv')], cdrTimes: 'local', queueLog: join(dir, 'queue_log') },
    checkpoints: store,
    log,
    clock: systemClock,
    knowledge: { callIdOf: () => undefined, isExpected: () => false, hasRecord: () => false, hasNoQueue: () => false },
    onRow: ({ row, key }) => {
      const body = JSON.stringify({ id: row.uniqueId, pad: 'x'.repeat(600) });
      store.add({ ...entry(key, 'record', row.uniqueId), body }, ['']).catch(() => undefined);
    },
    onCall: () => undefined,
  });
  let isStopped = false;
  watch.start();
  await sleep(200);
  watch.up();
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await watch.stop();
    await store.stop();
  };
  const ids = async (): Promise<string[]> =>
    (await store.pending('', 0, 1e6)).map(({ entry: { id } }) => id.split('|')[0] ?? '');
  t.teardown(stop);
  return { store, stop, ids };
}

t.jobs = 4;

void t.test('a store that is found damaged while it runs: where the logs were read to is kept', async (t) => {
  const box = boxOf(t);
  const first = await run(box);
  const body = 'x'.repeat(2_000);
  await Promise.all(
    Array.from({ length: 2_000 }, (_, n) => first.store.add({ ...entry(`r${n}`, 'record', 'x'), body }, [''])),
  );
  await first.stop();
  const second = await run(box);
  await eventually('where the rows end', () => second.store.checkpoint(`log ${box.file}`) !== undefined);
  await sleep(2_500);
  const path = join(box.dir, 'data', fileName);
  const bytes = readFileSync(path);
  bytes.fill(0x55, 4096 * 2);
  writeFileSync(path, bytes);
  await t.rejects(second.store.pending('', 0, 2_000), { name: 'StoreError' });
  await eventually('writes again', () => box.log.lines.some((line) => line.includes('writes again')));
  t.match(box.log.lines.join(), 'set aside');
  // Asterisk has nothing to write for a while; then the daemon is down for one call.
  await sleep(7_000);
  await second.stop();
  appendFileSync(box.file, lineOf('1.1'));
  const third = await run(box);
  await eventually('the row of the time without a daemon', async () => (await third.ids()).includes('1.1'));
  await third.stop();
});

void t.test('a store that is found damaged at the start: the rows since the daemon was there last', async (t) => {
  const box = boxOf(t);
  const first = await run(box);
  await eventually('where the rows end', () => first.store.checkpoint(`log ${box.file}`) !== undefined);
  await sleep(2_500);
  await first.stop();
  const path = join(box.dir, 'data', fileName);
  truncateSync(path, 5_000);
  appendFileSync(box.file, lineOf('1.1'));
  const second = await run(box);
  await eventually('the row of the time without a daemon', async () => (await second.ids()).includes('1.1'));
  t.comment(box.log.lines.join('\n'));
  await second.stop();
});

void t.test('a full disk: what it does not take is not passed over in the log, where it still is', async (t) => {
  const box = boxOf(t);
  const first = await run(box, { bytes: 1_000_000, buffered: 50 });
  await eventually('where the rows end', () => first.store.checkpoint(`log ${box.file}`) !== undefined);
  await sleep(2_500);
  const lines = Array.from({ length: 3_000 }, (_, n) => lineOf(`2.${n}`));
  appendFileSync(box.file, lines.join(''));
  await sleep(4_000);
  t.comment(box.log.lines.join('\n'));
  // The receiver is back: it takes what is there, until all is taken.
  const got = new Set<string>();
  for (let n = 0; n < 30; n++) {
    for (const {
      entry: { id },
    } of await first.store.pending('', 0, 1e6)) {
      got.add(id);
      await first.store.mark('', id, { state: 'delivered', attempts: 1 }).catch(() => undefined);
    }
    await sleep(200);
  }
  t.comment(`first took ${got.size} of 3000, ${JSON.stringify(first.store.health)}`);
  await first.stop();
  const second = await run(box);
  const isAll = async (): Promise<boolean> => {
    for (const { entry: found } of await second.store.pending('', 0, 1e6)) got.add(found.id);
    return got.size >= 3_000;
  };
  await eventually('every row', isAll).catch(() => undefined);
  t.equal(got.size, 3_000, JSON.stringify(second.store.health));
  await second.stop();
});
