// Also tests sqlite-queries.ts, which makes the pages.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { Test } from 'tap';
import type { DeliveryState } from '../../src/store/sqlite-queries.ts';
import { ownersText } from '../../src/store/owners.ts';
import { Pull, parseCursor } from '../../src/store/pull.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { Entry } from '../../src/store/store.ts';
import { FakeClock, FakeLog } from '../push/fakes.ts';
import { folderOf } from './stores.ts';

const events = ['ivr', 'cdr', 'cc_cdr'] as const;

async function open(t: Test, folder = t.testdir()): Promise<SqliteStore> {
  const store = new SqliteStore({ folder, log: new FakeLog(), keepDays: () => 30, receivers: () => ['', 'crm'] });
  await store.start(() => undefined);
  t.teardown(() => store.stop());
  return store;
}

function record(n: number, event = 'cdr', size = 0): Entry {
  const body = JSON.stringify({ event, n, pad: 'x'.repeat(size) });
  return { id: `id ${n}`, event, callId: `call ${n % 3}`, class: 'record', body, createdAt: 1_700_000_000_000 + n };
}

/** Everything that a client gets, page by page. */
async function pullAll(
  pull: Pull,
  wanted: readonly string[],
  limit: number,
): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let since: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = await pull.records({ since, events: wanted, limit });
    ids.push(...page.items.map(({ id }) => id));
    t.ok(page.items.length <= limit);
    since = page.next;
    if (!page.more) return { ids, pages };
  }
}

void t.test('pull: page by page every record of the events wanted, once, in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...events), { maxLength: 30 }),
      fc.subarray([...events], { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      async (all, wanted, limit) => {
        const store = await open(t);
        await Promise.all(all.map((event, n) => store.add(record(n, event), [''])));
        const { ids } = await pullAll(new Pull(store), wanted, limit);
        t.strictSame(
          ids,
          all.flatMap((event, n) => (wanted.includes(event) ? `id ${n}` : [])),
        );
        await store.stop();
      },
    ),
    { numRuns: 20 },
  );
});

void t.test(
  'pull: bodies byte for byte, also of records without receivers; later records are found from `next`',
  async (t) => {
    const store = await open(t);
    const pull = new Pull(store);
    const none = await pull.records({ since: undefined, events, limit: 10 });
    t.strictSame(none.items, []);
    const given = { ...record(1), body: '{"event":"cdr","name":"張 \\"808\\"\\u0000","n":1e21}' };
    await store.add(given, []);
    const page = await pull.records({ since: none.next, events, limit: 10 });
    t.match(page, { items: [{ id: 'id 1', body: given.body, createdAt: given.createdAt }], more: false, reset: false });
    t.equal(page.items[0]?.cursor, page.next);
    t.strictSame((await pull.records({ since: page.next, events, limit: 10 })).items, []);
  },
);

void t.test('pull: limited in bytes and in rows read; the store can be written meanwhile', async (t) => {
  const store = await open(t);
  const pull = new Pull(store);
  await Promise.all(Array.from({ length: 5 }, (_, n) => store.add(record(n, 'cdr', 400_000), [''])));
  const page = await pull.records({ since: undefined, events, limit: 1000 });
  t.equal(page.items.length, 2, 'a megabyte at a time');
  t.ok(page.more);
  await store.add(record(5, 'cdr', 2_000_000), ['']);
  const { ids } = await pullAll(pull, events, 1000);
  t.equal(ids.length, 6, 'one that is larger goes alone');
  await Promise.all(Array.from({ length: 12_000 }, (_, n) => store.add(record(10 + n, 'cdr'), [''])));
  await store.add(record(20_000, 'ivr'), ['']);
  const found = await pullAll(pull, ['ivr'], 10);
  t.strictSame(found.ids, ['id 20000']);
  t.ok(found.pages >= 3, 'in several answers');
});

void t.test('a page is made in short reads, with other work in between; one page is made at a time', async (t) => {
  const store = await open(t);
  const pull = new Pull(store);
  await Promise.all(Array.from({ length: 6_000 }, (_, n) => store.add(record(n, 'cdr'), ['', 'crm'])));
  const questions: readonly (() => Promise<unknown>)[] = [
    () => pull.records({ since: undefined, events: ['ivr'], limit: 1000 }),
    () => pull.deliveries({ before: undefined, ...any, state: 'pending', events: ['ivr'], limit: 1000 }),
    () => pull.deliveries({ before: undefined, ...any, state: 'delivered', limit: 1000 }),
  ];
  for (const question of questions) {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await question();
    isOver = true;
    t.ok(turns >= 8, `${turns} turns meanwhile`);
  }
  const order: number[] = [];
  await Promise.all(questions.map((question, n) => question().then(() => order.push(n))));
  t.strictSame(order, [0, 1, 2]);
  const crowd = await Promise.allSettled(Array.from({ length: 100 }, () => questions[0]!()));
  const refused = crowd.filter(({ status }) => status === 'rejected');
  t.match(refused[0], { reason: { name: 'Refusal', kind: 'unavailable', retryAfter: 1 } });
  t.ok(refused.length < 100, 'some wait, and are answered');
});

void t.test(
  'pull: with a cursor of a store that was set aside or restored, reading starts over, and the page says so',
  async (t) => {
    const [old, store] = [await open(t), await open(t, t.testdir({}))];
    await old.add(record(1), ['']);
    const { next } = await new Pull(old).records({ since: undefined, events, limit: 1 });
    await store.add(record(2), ['']);
    const pull = new Pull(store);
    const page = await pull.records({ since: next, events, limit: 9 });
    t.match(page, { items: [{ id: 'id 2' }], reset: true });
    const { storeId = '', seq } = parseCursor(page.next) ?? {};
    t.equal(seq, 1);
    t.match(await pull.records({ since: `${storeId}-1`, events, limit: 9 }), { items: [], reset: false });
    t.match(await pull.records({ since: `${storeId}-2`, events, limit: 9 }), { items: [{ id: 'id 2' }], reset: true });
    t.match(await pull.deliveries({ before: next, ...any, limit: 9 }), { items: [{ id: 'id 2' }], reset: true });
    t.match(await pull.deliveries({ before: `${storeId}-2`, ...any, limit: 9 }), { items: [{}], reset: false });
  },
);

const any = { state: undefined, receiver: undefined, events: undefined };

void t.test('pull: a client is told if records expired before it pulled them', async (t) => {
  const clock = new FakeClock();
  const store = new SqliteStore({
    folder: t.testdir(),
    log: new FakeLog(),
    clock,
    keepDays: () => 1,
    receivers: () => [''],
  });
  await store.start(() => undefined);
  t.teardown(() => store.stop());
  const pull = new Pull(store);
  const add = async (n: number): Promise<void> => {
    const added = store.add(record(n), []);
    await clock.advance(100);
    await added;
  };
  await add(1);
  await add(2);
  const { next } = await pull.records({ since: undefined, events, limit: 1 });
  t.match(await pull.records({ since: next, events, limit: 9 }), { items: [{ id: 'id 2' }], expired: false });
  await clock.advance(2 * 24 * 3600_000);
  t.match(await pull.records({ since: next, events, limit: 9 }), { items: [], expired: true });
  await add(3);
  const page = await pull.records({ since: next, events, limit: 9 });
  t.match(page, { items: [{ id: 'id 3' }], expired: true, reset: false });
  t.match(await pull.records({ since: page.next, events, limit: 9 }), { items: [], expired: false });
  t.match(await pull.records({ since: undefined, events, limit: 9 }), { items: [{ id: 'id 3' }], expired: false });
});

void t.test('pull: the same store id after a restart', async (t) => {
  const folder = t.testdir();
  const first = await open(t, folder);
  await first.add(record(1), ['']);
  const { next } = await new Pull(first).records({ since: undefined, events, limit: 1 });
  await first.stop();
  t.match(await new Pull(await open(t, folder)).records({ since: next, events, limit: 1 }), {
    items: [],
    reset: false,
  });
});

void t.test('deliveries: page by page, newest first, by state, receiver and event', async (t) => {
  const state = fc.constantFrom<DeliveryState | undefined>('pending', 'delivered', 'dead', undefined);
  const one = fc.record({
    event: fc.constantFrom(...events),
    at: fc.dictionary(fc.constantFrom('', 'crm'), fc.constantFrom<DeliveryState>('pending', 'delivered', 'dead')),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(one, { maxLength: 20 }),
      fc.record({
        state,
        receiver: fc.constantFrom('', 'crm', 'nobody', undefined),
        events: fc.option(fc.subarray([...events], { minLength: 1 }), { nil: undefined }),
      }),
      fc.integer({ min: 1, max: 7 }),
      async (all, filter, limit) => {
        const store = await open(t);
        const pull = new Pull(store);
        const wanted: string[] = [];
        for (const [n, { event, at }] of all.entries()) {
          const names = Object.keys(at).sort();
          await store.add(record(n, event), names);
          const lines: string[] = [];
          for (const name of names) {
            const what = at[name] ?? 'pending';
            await store.mark(name, `id ${n}`, { state: what, attempts: n, error: 'HTTP 500' });
            const isWanted =
              (filter.state ?? what) === what &&
              (filter.receiver ?? name) === name &&
              (filter.events?.includes(event) ?? true);
            if (isWanted) lines.push(`id ${n} ${name} ${what} ${n} ${what === 'delivered' ? '' : 'HTTP 500'}`);
          }
          wanted.unshift(...lines);
        }
        const got: string[] = [];
        let before: string | undefined;
        for (let more = true; more;) {
          const page = await pull.deliveries({ ...filter, before, limit });
          t.ok(page.items.length <= limit + 1, 'both of the last record');
          got.push(...page.items.map((d) => `${d.id} ${d.receiver} ${d.state} ${d.attempts} ${d.error}`));
          ({ next: before, more } = page);
        }
        t.strictSame(got, wanted);
        await store.stop();
      },
    ),
    { numRuns: 40 },
  );
});

void t.test('a closed store refuses with unavailable', async (t) => {
  const store = await open(t);
  await store.stop();
  await t.rejects(new Pull(store).records({ since: undefined, events, limit: 1 }), {
    name: 'Refusal',
    kind: 'unavailable',
  });
});

void t.test(
  'of an extension: its own records and no other, whatever the pages; recordings that its own records name',
  async (t) => {
    const extensions = ['80', '801', '8010', '1', 'a.b', 'A.b', 'a_b', '%', '80-1'];
    const owned = fc.record({
      extensions: fc.subarray(extensions),
      event: fc.constantFrom(...events),
      size: fc.constantFrom(0, 100_000),
      recording: fc.option(fc.constantFrom('q.wav', '2026/a b.wav', 'Q.WAV', '%.wav'), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(owned, { maxLength: 30 }),
        fc.constantFrom(...extensions, '8', '01', 'b'),
        fc.subarray([...events], { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        async (given, extension, wanted, limit) => {
          const store = await open(t, folderOf(t));
          const pull = new Pull(store);
          for (const [n, { event, size, ...owners }] of given.entries()) {
            const { extensions: own, recording } = owners;
            const entry = { ...record(n, event, size), owners: { extensions: own, ...(recording && { recording }) } };
            await store.add(entry, []);
          }
          const got: string[] = [];
          let since: string | undefined;
          for (;;) {
            const page = await pull.records({ since, events: wanted, extension, limit });
            got.push(...page.items.map(({ id }) => id));
            since = page.next;
            if (!page.more) break;
          }
          const isOwn = (own: readonly string[]): boolean => own.includes(extension);
          assert.deepEqual(
            got,
            given.flatMap(({ extensions: own, event }, n) => (isOwn(own) && wanted.includes(event) ? [`id ${n}`] : [])),
          );
          for (const name of ['q.wav', '2026/a b.wav', 'Q.WAV', '%.wav', '']) {
            assert.equal(
              await pull.isRecordingOf(name, extension),
              given.some(({ extensions: own, recording }) => isOwn(own) && recording === name),
              name,
            );
          }
          await store.stop();
        },
      ),
      { numRuns: 40 },
    );
    t.equal(ownersText(['8 0', '', '801']), ' 801 ', 'what is no extension is nobody’s');
    t.equal(ownersText([]), null);
  },
);
