import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import t from 'tap';
import { countNames, type FigureChange, type FigureQuestion, type Grouping } from '../../src/store/figures.ts';
import type { FigureRow } from '../../src/store/sqlite-figures.ts';
import { fileName } from '../../src/store/sqlite-file.ts';
import type { SqliteStore } from '../../src/store/sqlite-store.ts';
import { laterDay, Statistics, type FigureTotal } from '../../src/store/statistics.ts';
import { FakeClock } from '../push/fakes.ts';
import { after, folderOf, idsIn, open, record } from './stores.ts';

const seen: FigureChange = { at: 20261129, queue: '630', agent: '801', add: { offered: 1, wait: 5 }, longest: 5 };

function question(more: Partial<FigureQuestion> = {}): FigureQuestion {
  return { from: 20261101, to: 20261130, by: ['queue'], queue: undefined, agent: undefined, ...more };
}

const rowsOf = async (store: SqliteStore, more: Partial<FigureQuestion> = {}): Promise<readonly FigureRow[]> =>
  (await store.figures(question(more))).rows;

void t.test('what a record adds is counted once, with it', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  const one = { ...record('a'), figures: [seen] };
  t.equal(await store.add(one, ['']), 1);
  t.equal(await store.add(one, ['']), undefined, 'found again');
  await store.stop();
  const { store: next } = await open(t, folder);
  t.equal(await next.add(one, ['']), undefined, 'found again after a restart');
  await next.add({ ...record('b'), figures: [{ ...seen, add: { offered: 1, answered: 1, wait: 9 }, longest: 9 }] }, []);
  t.match(await rowsOf(next), [{ queue: '630', counts: { offered: 2, answered: 1, wait: 14 }, longest: 9 }]);
});

void t.test('a disk that takes nothing: what is counted waits with its record', async (t) => {
  const folder = folderOf(t);
  const clock = new FakeClock();
  writeFileSync(join(folder, 'blocked'), '');
  const { store } = await open(t, join(folder, 'blocked'), { clock });
  await t.rejects(store.add({ ...record('a'), figures: [seen] }, ['']));
  await t.rejects(store.count([seen], 'how far', '1'), 'not kept');
  rmSync(join(folder, 'blocked'));
  await clock.advance(3_000);
  t.match(await rowsOf(store), [{ counts: { offered: 1 } }]);
  t.equal(store.checkpoint('how far'), undefined);
  await after(clock, 100, store.count([seen], 'how far', '2'));
  t.match(await rowsOf(store), [{ counts: { offered: 2 } }]);
  t.equal(store.checkpoint('how far'), '2');
});

void t.test('what cannot be counted takes no record away, nor what waits beside it', async (t) => {
  const folder = folderOf(t);
  const bad: FigureChange = { ...seen, at: NaN };
  const { store, log } = await open(t, folder);
  t.same(
    await Promise.all([
      store.add({ ...record('a'), figures: [seen, bad] }, ['']),
      store.add({ ...record('b'), figures: [seen] }, ['']),
    ]),
    [1, 2],
  );
  t.match(await rowsOf(store), [{ counts: { offered: 1 } }], 'of a record all is counted, or nothing');
  t.match(log.lines.join('\n'), /error store: what a adds to the figures is not counted/);
  const clock = new FakeClock();
  writeFileSync(join(folder, 'blocked'), '');
  const { store: failing } = await open(t, join(folder, 'blocked'), { clock });
  await t.rejects(failing.add({ ...record('c'), figures: [bad] }, ['']));
  rmSync(join(folder, 'blocked'));
  await clock.advance(3_000);
  t.strictSame(await idsIn(failing), ['c'], 'the disk takes all again');
  t.ok(failing.isSafe);
});

void t.test('kill -9 at random moments, and all records again: each is counted once', async (t) => {
  const folder = folderOf(t);
  for (let run = 0; run < 4; run++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'figures-child.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const left = 20 + Math.floor(Math.random() * 200);
    let stored = 0;
    for await (const line of createInterface(child.stdout)) {
      if (line !== '' && ++stored === left) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    t.ok(stored >= left, 'it was killed while it stored');
  }
  const { store } = await open(t, folder);
  const records = await store.pending('', 0, 100_000);
  const [row] = await rowsOf(store);
  t.equal(row?.counts.offered, records.length, `${records.length} records`);
});

void t.test('figures older than 13 months go, a day and an hour at a time', async (t) => {
  const clock = new FakeClock();
  clock.offset = new Date(2026, 10, 29, 12).getTime();
  const { store } = await open(t, folderOf(t), { clock });
  const days = [20251027, 20251028, 20251029, 20261129];
  const old = days.flatMap((at): FigureChange[] => [
    { ...seen, at, reasons: new Map([['lunch', 60]]) },
    { ...seen, at: at * 100 + 8, agent: '' },
    { ...seen, at: at * 100 + 9, agent: '' },
  ]);
  await after(clock, 100, store.count(old, 'how far', '1'));
  const left = async (by: Grouping): Promise<unknown[]> =>
    (await rowsOf(store, { from: 20250101, to: 20261231, by: [by] })).map(({ at }) => at);
  t.equal((await left('day')).length, 4);
  await clock.advance(10 * 60_000);
  t.strictSame(await left('day'), [20251029, 20261129]);
  t.strictSame(await left('hour'), [2025102908, 2025102909, 2026112908, 2026112909]);
  const { pauses } = await store.figures(question({ from: 20250101, to: 20261231, by: ['day', 'queue'] }));
  t.equal(pauses.length, 2);
});

void t.test('figures take a quarter of a small store at most: the oldest days go, and records have room', async (t) => {
  const clock = new FakeClock();
  clock.offset = new Date(2026, 10, 29, 12).getTime();
  const bytes = 600_000;
  const { store, log } = await open(t, folderOf(t), { clock, limits: { bytes } });
  const first = 20260901;
  for (let at = first; at < laterDay(first, 30); at = laterDay(at, 1)) {
    const cells = Array.from({ length: 200 }, (_, i) => ({ ...seen, at, agent: `${800 + i}` }));
    const hours = Array.from({ length: 20 }, (_, i) => ({ ...seen, at: at * 100 + i, agent: '' }));
    const some = hours.map((one) => ({ ...one, reasons: new Map([['lunch', 60]]) }));
    await after(clock, 100, store.count([...cells, ...some], 'how far', ''));
  }
  await clock.advance(120_000);
  const left = (await rowsOf(store, { from: first, to: 20261130, by: ['day'] })).map(({ at }) => at ?? 0);
  t.ok(left.length > 3 && left.length < 20, `${left.length} days are left`);
  t.equal(left.at(-1), laterDay(first, 29), 'the newest');
  t.strictSame(
    left,
    left.map((_, i) => laterDay(left[0]!, i)),
    'none between',
  );
  const { rows, pauses } = await store.figures(question({ from: first, to: 20261130, by: ['hour', 'queue'] }));
  for (const [one] of [rows, pauses]) t.equal(Math.floor((one?.at ?? 0) / 100), left[0], 'their hours go with them');
  t.ok((await store.query(({ used }) => used)) < bytes / 2);
  await after(
    clock,
    1_000,
    Promise.all(Array.from({ length: 200 }, (_, i) => store.add(record(`r${i}`, 0, 900), ['']))),
  );
  t.notMatch(log.lines.join('\n'), /full/);
});

void t.test('reasons that nobody gives twice are not all kept', async (t) => {
  const { store } = await open(t, folderOf(t));
  const pause = (reason: string): FigureChange => ({ ...seen, add: { paused: 60 }, reasons: new Map([[reason, 60]]) });
  await store.count([pause('lunch')], 'how far', '');
  for (let i = 0; i < 80; i++) await store.count([pause(`order ${i}`)], 'how far', '');
  await store.count([pause('lunch')], 'how far', '');
  const { rows, pauses } = await store.figures(question());
  t.match(rows, [{ counts: { paused: 60 * 82 } }]);
  t.equal(pauses.length, 51);
  t.match(
    pauses.filter(({ reason }) => !reason.startsWith('order')),
    [
      { reason: 'lunch', seconds: 120 },
      { reason: '…', seconds: 60 * 31 },
    ],
  );
});

void t.test('a damaged file: figures that can be read are in the new one', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  await store.count([{ ...seen, reasons: new Map([['lunch', 60]]) }], 'how far', '1');
  await Promise.all(Array.from({ length: 300 }, (_, i) => store.add(record(`r${i}`, 0, 2_000), [''])));
  await store.stop();
  const path = join(folder, fileName);
  const bytes = readFileSync(path);
  bytes.fill(0x55, bytes.length - 4096 * 8, bytes.length - 4096 * 4);
  writeFileSync(path, bytes);
  const { store: next, log } = await open(t, folder);
  t.match(log.lines.join('\n'), /set aside/);
  t.match(await next.figures(question()), {
    rows: [{ queue: '630', counts: { offered: 1 } }],
    pauses: [{ queue: '630', reason: 'lunch', seconds: 60 }],
  });
});

void t.test('who is logged in to several queues is so once', async (t) => {
  const { store } = await open(t, folderOf(t));
  const cell = { at: 20261129, agent: '801' };
  const presence = (queue: string, seconds: number): FigureChange => ({
    ...{ ...cell, queue, add: { logged_in: seconds, paused: 60 } },
    reasons: new Map([['lunch', 60]]),
  });
  await store.count([presence('630', 600), presence('631', 300), presence('', 700)], 'how far', '1');
  const statistics = new Statistics(store);
  const of = async (more: Partial<FigureQuestion>): Promise<unknown[]> =>
    (await statistics.rows(question(more))).map(({ queue, counts, reasons }) => [
      queue,
      counts.logged_in,
      counts.paused,
      ...reasons,
    ]);
  t.strictSame(await of({ by: ['agent'] }), [[undefined, 700, 60, ['lunch', 60]]]);
  t.strictSame(await of({ by: ['agent'], queue: '631' }), [[undefined, 300, 60, ['lunch', 60]]]);
  t.strictSame(await of({ by: ['queue', 'agent'] }), [
    ['630', 600, 60, ['lunch', 60]],
    ['631', 300, 60, ['lunch', 60]],
  ]);
});

const anyDay = fc.constantFrom(20260131, 20260201, 20260228, 20260301, 20260315, 20261231, 20270101);
const change: fc.Arbitrary<FigureChange> = fc.record({
  at: anyDay,
  queue: fc.constantFrom('8', '10', 'Sales 王', ''),
  agent: fc.constantFrom('801', '802', ''),
  add: fc.record(Object.fromEntries(countNames.map((name) => [name, fc.integer({ min: 0, max: 1e6 })]))),
  longest: fc.integer({ min: 0, max: 1e5 }),
});
const groupings: readonly (readonly Grouping[])[] = [
  ['day'],
  ['queue'],
  ['agent'],
  ['day', 'queue'],
  ['agent', 'day'],
  ['queue', 'agent'],
  ['day', 'queue', 'agent'],
];

void t.test('whatever was counted: rows over many months are the sums of their cells', async (t) => {
  const { store } = await open(t, folderOf(t));
  const statistics = new Statistics(store);
  const all: FigureChange[] = [];
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 20 }),
      fc.constantFrom(...groupings),
      fc.tuple(anyDay, anyDay),
      fc.option(fc.constantFrom('8', ''), { nil: undefined }),
      async (changes, by, days, queue) => {
        all.push(...changes);
        await store.count(changes, 'how far', '');
        const [from, to] = [Math.min(...days), Math.max(...days)];
        const keyOf = (one: FigureChange | FigureTotal): string =>
          JSON.stringify([
            by.includes('day') && one.at,
            by.includes('queue') && one.queue,
            by.includes('agent') && one.agent,
          ]);
        const wanted = new Map<string, Record<string, number>>();
        const isOfQueues = by.includes('queue') || queue !== undefined;
        for (const one of all) {
          if (one.at < from || one.at > to || (queue !== undefined && one.queue !== queue)) continue;
          const sums = wanted.get(keyOf(one)) ?? {};
          wanted.set(keyOf(one), sums);
          for (const name of countNames) {
            const counts = !/^(logged_in|paused)$/.test(name) || (one.queue !== '') === isOfQueues;
            sums[name] = (sums[name] ?? 0) + (counts ? (one.add[name] ?? 0) : 0);
          }
          sums['longest'] = Math.max(sums['longest'] ?? 0, one.longest ?? 0);
        }
        const rows = await statistics.rows({ from, to, by, queue, agent: undefined });
        for (const [key, sums] of wanted) if (countNames.every((name) => sums[name] === 0)) wanted.delete(key);
        const found = new Map(rows.map((row) => [keyOf(row), { ...row.counts, longest: row.longest }]));
        if (JSON.stringify([...found].sort()) !== JSON.stringify([...wanted].sort())) {
          throw new Error(`${JSON.stringify([...found].sort())} is not ${JSON.stringify([...wanted].sort())}`);
        }
      },
    ),
    { numRuns: 40 },
  );
  t.end();
});

void t.test('rows are in the order in which people count, and not endless', async (t) => {
  const { store } = await open(t, folderOf(t));
  const statistics = new Statistics(store);
  const queues = ['Sales', '10', '9', ''];
  await store.count(
    queues.map((queue) => ({ ...seen, queue })),
    'how far',
    '',
  );
  t.strictSame(
    (await statistics.rows(question())).map(({ queue }) => queue),
    ['9', '10', '', 'Sales'],
  );
  const many = Array.from({ length: 5_001 }, (_, i) => ({ ...seen, agent: `a${i}` }));
  await store.count(many, 'how far', '');
  await t.rejects(statistics.rows(question({ by: ['agent'] })), { kind: 'invalid', message: /^more than 5000 rows/ });
  t.equal((await statistics.rows(question({ agent: 'a7' }))).length, 1);
});

void t.test('a box of many cells: as few days are read at once as take little time, each day once', async (t) => {
  const { store } = await open(t, folderOf(t));
  const clock = new FakeClock();
  const reads: { readonly days: readonly number[]; readonly took: number }[] = [];
  const daysOf = ({ from, to }: FigureQuestion): number[] => {
    const days = [from];
    while (days.at(-1)! < to) days.push(laterDay(days.at(-1)!, 1));
    return days;
  };
  for (const [perDay, longest] of [
    [0.1, 28],
    [4, 2],
    [60, 1],
  ] as const) {
    reads.length = 0;
    const statistics = new Statistics(
      {
        figures(asked) {
          const days = daysOf(asked);
          clock.time += days.length * perDay;
          reads.push({ days, took: days.length * perDay });
          return store.figures(asked);
        },
      },
      clock,
    );
    const asked = question({ from: 20251101, to: 20261130 });
    await statistics.rows(asked);
    t.strictSame(
      reads.flatMap(({ days }) => days),
      daysOf(asked),
      `${perDay} ms a day`,
    );
    const most = Math.max(...reads.map(({ days }) => days.length));
    t.equal(most, longest, 'days at once');
    t.ok(reads.length <= 395 / longest + 10, `${reads.length} reads`);
  }
});
