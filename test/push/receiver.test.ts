// Also tests outcomes.ts and record-feed.ts, which are parts of a receiver.
import fc from 'fast-check';
import t from 'tap';

import type { Entry, Mark, PendingRecord, Store } from '../../src/store/store.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { PostResult } from '../../src/push/post.ts';
import { asStored } from '../../src/push/format.ts';
import { Receiver } from '../../src/push/receiver.ts';
import type { ReceiverLimits } from '../../src/push/receiver-parts.ts';
import { DeliveryStats } from '../../src/push/delivery-stats.ts';
import { entry, FakeClock, FakeLog, FakeSender, settle } from './fakes.ts';

const hour = 3_600_000;

/** A store that answers after a time on the clock, and may fail. */
class SlowStore extends MemoryStore {
  readonly marks: { id: string; mark: Mark }[] = [];
  failsAdd = false;
  failsPending = false;
  latency = 0;
  largest = 0;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock, held = 10_000) {
    super({ held, remembered: 100_000 });
    this.#clock = clock;
  }

  override async add(of: Entry, receivers: readonly string[]): Promise<number | undefined> {
    if (this.failsAdd) throw new Error('disk full');
    const seq = super.add(of, receivers);
    await this.#wait();
    return seq;
  }

  override async pending(receiver: string, after: number, limit: number): Promise<readonly PendingRecord[]> {
    if (this.failsPending) throw new Error('disk gone');
    this.largest = Math.max(this.largest, limit);
    const found = await super.pending(receiver, after, limit);
    await this.#wait();
    return found;
  }

  override async mark(receiver: string, id: string, mark: Mark): Promise<void> {
    this.marks.push({ id, mark });
    await super.mark(receiver, id, mark);
  }

  #wait(): Promise<void> {
    if (this.latency === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#clock.after(this.latency, resolve);
    });
  }
}

function build(limits: Partial<ReceiverLimits> = {}, held = 10_000) {
  const clock = new FakeClock();
  const log = new FakeLog();
  const sender = new FakeSender(clock);
  const store = new SlowStore(clock, held);
  const stats = new DeliveryStats('crm', log, clock);
  const parts = {
    name: 'crm',
    sender,
    key: undefined,
    format: asStored,
    headers: {},
    limits: { connections: 4, recordAge: 72 * hour, signalAge: 120_000, signals: 100, records: 20, ...limits },
    userAgent: 'test',
    store,
    clock,
    random: () => 0.5,
    stats,
    onDelivered: () => undefined,
  };
  const receiver = new Receiver(parts);
  const push = (id: string, of: Entry['class'], call: string): void => {
    const one = entry(id, of, call, clock.now());
    if (of === 'signal') receiver.signal(one);
    else receiver.record(one, forward(store.add(one, ['crm'])));
  };
  return { clock, log, sender, store, parts, receiver, push };
}

/** Handles a failed add, as the outbox does. */
function forward(stored: Promise<number | undefined>): Promise<number | undefined> {
  stored.catch(() => undefined);
  return stored;
}

async function open(store: Store, receiver: Receiver): Promise<void> {
  await store.start((_, id) => {
    receiver.dropped(id);
  });
  receiver.start();
  await settle();
}

const refused: PostResult = { kind: 'refused', reason: 'HTTP 500' };
const unreachable: PostResult = { kind: 'unreachable', reason: 'ECONNREFUSED' };
const delivered: PostResult = { kind: 'delivered' };

void t.test(
  'a record that is always refused is retried on schedule and dead after retry_hours; others go on',
  async (t) => {
    const { clock, log, sender, store, receiver, push } = build();
    sender.judge = (id) => (id === 'bad' ? refused : delivered);
    await open(store, receiver);
    push('bad', 'record', '1');
    push('behind', 'record', '1');
    await clock.advance(20);
    push('live', 'signal', '1');
    push('other', 'record', '2');
    await clock.advance(20);
    t.strictSame(sender.delivered.map(({ id }) => id).sort(), ['live', 'other'], 'not held up');
    t.match(receiver.status(), { state: 'up', pending: { records: 2 }, lastError: { reason: 'HTTP 500' } });
    await clock.advance(73 * hour);
    const attempts = sender.attempts.filter(({ id }) => id === 'bad');
    const waits = attempts.slice(1, 9).map(({ at }, i) => Math.round((at - attempts[i]!.at) / 1000));
    t.strictSame(waits, [5, 30, 120, 600, 1800, 3600, 7200, 7200]);
    t.strictSame(
      attempts.map(({ number }) => number),
      attempts.map((_, i) => i + 1),
      'attempts are numbered',
    );
    t.ok(attempts.at(-1)!.at > 69 * hour && attempts.at(-1)!.at < 72 * hour);
    t.match(receiver.status(), { dead: 1, pending: { records: 0 }, delivered: 3 });
    t.strictSame(store.marks.at(-1)!.mark.state, 'delivered', 'the next of the call came after');
    t.match(
      store.marks.find(({ mark }) => mark.state === 'dead'),
      { id: 'bad', mark: { error: 'HTTP 500' } },
    );
    t.ok(log.lines.length < 60, 'not a line per attempt of each');
    t.equal(clock.timers, 0, 'nothing ticks when nothing waits');
  },
);

void t.test('a signal lives for signal_seconds and is not sent after it', async (t) => {
  const { clock, sender, store, receiver, push } = build();
  sender.judge = () => unreachable;
  await open(store, receiver);
  push('ring', 'signal', '1');
  await clock.advance(60_000);
  push('later', 'signal', '2');
  await clock.advance(62_000);
  t.match(receiver.status(), { state: 'down', pending: { signals: 1 }, dropped: 1 });
  sender.judge = () => delivered;
  await clock.advance(60_000);
  t.strictSame(
    sender.delivered.map(({ id }) => id),
    ['later'],
  );
});

void t.test('a refused signal gives way in the end, within its own age', async (t) => {
  const { clock, sender, store, receiver, push } = build();
  sender.judge = (id) => (id === 'bad' ? refused : delivered);
  await open(store, receiver);
  push('bad', 'signal', '1');
  push('record', 'record', '1');
  await clock.advance(100);
  t.strictSame(
    sender.delivered.map(({ id }) => id),
    ['record'],
    'a record of the call does not wait',
  );
  push('next', 'signal', '1');
  await clock.advance(120_000);
  t.strictSame(
    sender.attempts.filter(({ id }) => id === 'bad').map(({ at }) => Math.round(at / 1000)),
    [0, 5, 35, 65, 95],
  );
  t.match(receiver.status(), { dropped: 1, delivered: 2 });
});

void t.test('down: one probe at a time at growing intervals; back up: the rest drains in order', async (t) => {
  for (const outcome of [unreachable, refused, { kind: 'busy', reason: 'HTTP 503' } as const]) {
    const { clock, log, sender, store, receiver, push } = build({ records: 500 });
    sender.judge = () => outcome;
    await open(store, receiver);
    for (let i = 0; i < 200; i++) push(`${i}`, 'record', `call ${i % 40}`);
    await clock.advance(10);
    await clock.advance(10);
    t.ok(sender.attempts.length <= 6, 'not all of them found out');
    sender.mostUnderWay = 0;
    await clock.advance(12 * hour);
    t.equal(sender.mostUnderWay, 1, 'one probe');
    const gaps = sender.attempts.slice(7).map(({ at }, i) => at - sender.attempts[i + 6]!.at);
    t.ok(Math.min(...gaps) >= 1000, 'no hot loop');
    t.equal(receiver.status().state, 'down');
    t.equal(sender.delivered.length, 0);
    sender.judge = () => delivered;
    await clock.advance(62_000);
    t.equal(sender.delivered.length, 200, outcome.kind);
    t.equal(sender.mostUnderWay, 4, 'all connections again');
    for (let call = 0; call < 40; call++) {
      const order = sender.delivered.map(({ id }) => Number(id)).filter((id) => id % 40 === call);
      t.strictSame(
        order,
        [...order].sort((a, b) => a - b),
        'in order per call',
      );
    }
    t.equal(receiver.status().state, 'up');
    t.equal(log.lines.filter((line) => line.includes('is down')).length, 1);
    t.equal(log.lines.filter((line) => line.includes('is up, after')).length, 1);
  }
});

void t.test('an outage on a quiet box: events with a wait of hours go as soon as the receiver is back', async (t) => {
  const { clock, sender, store, receiver, push } = build();
  sender.judge = () => refused;
  await open(store, receiver);
  push('a', 'record', '1');
  push('b', 'record', '2');
  await clock.advance(12 * hour);
  t.equal(receiver.status().state, 'up', 'two calls do not tell');
  push('c', 'record', '3');
  await clock.advance(100);
  t.equal(receiver.status().state, 'down');
  sender.judge = () => delivered;
  await clock.advance(2_000);
  t.strictSame(sender.delivered.map(({ id }) => id).sort(), ['a', 'b', 'c']);
});

void t.test('Retry-After is obeyed, as a date and as seconds', async (t) => {
  const { clock, sender, store, receiver, push } = build();
  sender.judge = () => ({ kind: 'busy', reason: 'HTTP 429', retryAfter: 100_000 });
  await open(store, receiver);
  push('a', 'record', '1');
  await clock.advance(10);
  push('b', 'record', '2');
  await clock.advance(99_000);
  t.equal(sender.attempts.length, 1);
  sender.judge = () => delivered;
  await clock.advance(2_000);
  t.equal(sender.delivered.length, 2);
});

void t.test('many events that are always refused do not hold up the others', async (t) => {
  const { clock, sender, store, receiver, push } = build({ records: 500 });
  sender.judge = (id) => (id.startsWith('bad') ? refused : delivered);
  await open(store, receiver);
  const late: number[] = [];
  for (let i = 0; i < 200; i++) {
    push(`bad ${i}`, 'record', `bad ${i}`);
    const at = clock.time;
    push(`good ${i}`, 'signal', `good ${i}`);
    await clock.advance(10_000);
    late.push((sender.delivered.find(({ id }) => id === `good ${i}`)?.at ?? Infinity) - at);
  }
  t.ok(Math.max(...late) <= 6_500, `the latest after ${Math.max(...late)} ms`);
  t.equal(receiver.status().pending.records, 200);
});

void t.test(
  'signals are limited in number: the oldest are dropped and counted, with one log line a minute',
  async (t) => {
    const { clock, log, sender, store, receiver, push } = build();
    sender.judge = () => unreachable;
    await open(store, receiver);
    for (let i = 0; i < 5_000; i++) push(`${i}`, 'signal', `${i % 7}`);
    t.match(receiver.status(), { pending: { signals: 100 }, dropped: 4900 });
    t.equal(log.lines.filter((line) => line.includes('dropped')).length, 1);
    sender.judge = () => delivered;
    await clock.advance(10_000);
    const got = sender.delivered.map(({ id }) => Number(id));
    t.equal(got.length, 100);
    t.ok(got.filter((id) => id < 4900).length <= 4, 'the newest are kept, besides those under way');
  },
);

void t.test('records beyond the window wait in the store and are sent in order, while new ones arrive', async (t) => {
  const { clock, sender, store, receiver, push } = build({ records: 20, connections: 2 });
  store.latency = 7;
  await open(store, receiver);
  sender.judge = () => unreachable;
  for (let i = 0; i < 500; i++) push(`${i}`, 'record', `${i % 3}`);
  await clock.advance(2_000);
  sender.judge = () => delivered;
  for (let i = 500; i < 1000; i++) {
    push(`${i}`, 'record', `${i % 3}`);
    await clock.advance(3);
  }
  await clock.advance(60_000);
  t.equal(sender.delivered.length, 1000);
  t.equal(new Set(sender.delivered.map(({ id }) => id)).size, 1000, 'each once');
  for (const call of [0, 1, 2]) {
    const order = sender.delivered.map(({ id }) => Number(id)).filter((id) => id % 3 === call);
    t.strictSame(
      order,
      [...order].sort((a, b) => a - b),
    );
  }
  t.ok(store.largest <= 20, 'never more at hand than the window');
  t.equal(receiver.status().pending.records, 0);
});

void t.test('records that an earlier process left are delivered; their age counts from their creation', async (t) => {
  const { clock, sender, store, receiver } = build();
  clock.time = 1000;
  const now = clock.now();
  await store.start(() => undefined);
  for (const [id, createdAt] of [
    ['old', now - 73 * hour],
    ['young', now - 71 * hour],
    ['clock unset', 5_000],
  ] as const) {
    await store.add(entry(id, 'record', id, createdAt), ['crm']);
  }
  receiver.start();
  await clock.advance(1_000);
  t.strictSame(
    sender.delivered.map(({ id }) => id),
    ['young', 'clock unset'],
  );
  t.match(receiver.status(), { dead: 1, pending: { records: 0 } });
});

void t.test('a step of the clock changes no age, wait or order', async (t) => {
  const { clock, sender, store, receiver, push } = build();
  sender.judge = () => unreachable;
  await open(store, receiver);
  push('a', 'signal', '1');
  push('b', 'record', '1');
  await clock.advance(500);
  clock.offset += 1000 * hour;
  await clock.advance(100_000);
  clock.offset -= 2000 * hour;
  sender.judge = () => delivered;
  await clock.advance(15_000);
  t.strictSame(
    sender.delivered.map(({ id }) => id),
    ['a', 'b'],
    'and the order holds across the classes',
  );
});

void t.test('if the store fails, records are sent from memory, and nothing throws', async (t) => {
  const { clock, log, sender, store, receiver, push } = build();
  store.failsPending = true;
  store.failsAdd = true;
  await open(store, receiver);
  for (let i = 0; i < 60; i++) push(`${i}`, 'record', `${i}`);
  await clock.advance(1_000);
  t.equal(sender.delivered.length, 40, 'twice the window');
  t.match(receiver.status(), { dropped: 20 });
  t.ok(log.lines.some((line) => line.includes('disk gone')));
  store.failsAdd = false;
  store.failsPending = false;
  push('stored', 'record', 'x');
  await clock.advance(6_000);
  t.ok(sender.delivered.some(({ id }) => id === 'stored'));
});

void t.test('a known record is not sent again; one that the store dropped is dropped', async (t) => {
  const { clock, sender, store, receiver, push } = build({}, 3);
  await open(store, receiver);
  push('a', 'record', '1');
  push('a', 'record', '1');
  await clock.advance(100);
  push('a', 'record', '1');
  await clock.advance(100);
  t.equal(sender.attempts.length, 1);
  sender.judge = () => unreachable;
  push('b', 'record', 'b');
  await clock.advance(100);
  for (const id of ['c', 'd', 'e', 'f']) push(id, 'record', id);
  t.match(receiver.status(), { dropped: 2, pending: { records: 3 } });
  sender.judge = () => delivered;
  await clock.advance(5_000);
  t.strictSame(
    sender.delivered.map(({ id }) => id),
    ['a', 'd', 'e', 'f'],
  );
  t.match(receiver.status(), { pending: { records: 0 } });
});

void t.test('stop ends what is under way; undelivered records stay in the store', async (t) => {
  const { clock, sender, store, receiver, push } = build();
  sender.latency = 1e9;
  await open(store, receiver);
  push('a', 'record', '1');
  push('b', 'signal', '2');
  await settle();
  t.equal(sender.underWay, 2);
  await receiver.stop();
  t.equal(sender.underWay, 0);
  await clock.advance(10_000);
  t.strictSame(
    (await store.pending('crm', 0, 10)).map(({ entry: { id } }) => id),
    ['a'],
  );
});

type Weather = 'well' | 'gone' | 'ill' | 'busy' | 'moody';

void t.test(
  'property: however the receiver behaves: order, limits, nothing lost, nothing sent again after a 2xx',
  async (t) => {
    const step = fc.record({
      weather: fc.constantFrom<Weather>('well', 'gone', 'ill', 'busy', 'moody'),
      pushes: fc.array(fc.record({ of: fc.constantFrom<Entry['class']>('record', 'signal'), call: fc.nat(5) }), {
        maxLength: 12,
        size: 'max',
      }),
      time: fc.constantFrom(0, 5, 50, 3_000, 40_000, hour),
      storeLatency: fc.constantFrom(0, 4, 30),
    });
    let seed = 1;
    const chance = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12, size: 'max' }), async (steps) => {
        const { clock, sender, store, receiver, push } = build({
          records: 8,
          signals: 10_000,
          signalAge: 1000 * hour,
          recordAge: 1000 * hour,
        });
        await open(store, receiver);
        const pushed: { id: string; key: string }[] = [];
        const outcomes: Record<Exclude<Weather, 'moody'>, PostResult> = {
          well: delivered,
          gone: unreachable,
          ill: refused,
          busy: { kind: 'busy', reason: 'HTTP 429', retryAfter: 20_000 },
        };
        for (const { weather, pushes, time, storeLatency } of steps) {
          store.latency = storeLatency;
          sender.judge = () => (weather === 'moody' ? (chance() < 0.5 ? delivered : refused) : outcomes[weather]);
          for (const { of, call } of pushes) {
            const id = `${pushed.length}`;
            pushed.push({ id, key: `${of} of ${call}` });
            push(id, of, `${call}`);
          }
          await clock.advance(time);
        }
        sender.judge = () => delivered;
        await clock.advance(24 * hour);
        const got = sender.delivered.map(({ id }) => id);
        if (new Set(got).size !== got.length) throw new Error('sent again after a 2xx');
        if (got.length !== pushed.length) throw new Error(`${pushed.length - got.length} lost`);
        if (sender.mostUnderWay > 4) throw new Error('too many under way');
        for (const key of new Set(pushed.map((one) => one.key))) {
          const wanted = pushed.filter((one) => one.key === key).map(({ id }) => id);
          const order = got.filter((id) => wanted.includes(id));
          if (wanted.join() !== order.join()) throw new Error(`${key}: ${order.join()} instead of ${wanted.join()}`);
        }
        if (clock.timers > 0) throw new Error('something still ticks');
      }),
      { numRuns: 60 },
    );
    t.pass('held');
  },
);

void t.test('after a change of address the log says how events fare there', async (t) => {
  const { clock, log, sender, store, parts, receiver, push } = build();
  sender.judge = () => unreachable;
  await open(store, receiver);
  push('1', 'record', '1');
  await clock.advance(10_000);
  const lines = (from: number): string[] =>
    log.lines.slice(from).map((line) => line.replace(/ after \d+ s/, ' after …'));
  t.match(lines(0), ['warning push to crm: the receiver is down (ECONNREFUSED), its events wait']);
  const move = async (to: FakeSender): Promise<string[]> => {
    const from = log.lines.length;
    await receiver.update({ ...parts, sender: to }, true);
    await clock.advance(20);
    return lines(from);
  };
  const wrong = new FakeSender(clock);
  wrong.judge = () => ({ kind: 'unreachable', reason: 'ENOTFOUND' });
  t.strictSame(await move(wrong), [
    'info push to crm: the settings were changed, its events are sent there',
    'warning push to crm: the receiver is down (ENOTFOUND), its events wait',
  ]);
  t.match(receiver.status(), { state: 'down', lastError: { reason: 'ENOTFOUND' } });
  const refuses = new FakeSender(clock);
  refuses.judge = () => refused;
  t.strictSame(await move(refuses), [
    'info push to crm: the settings were changed, its events are sent there',
    'warning push to crm: cdr 1 refused (HTTP 500)',
  ]);
  const right = new FakeSender(clock);
  t.strictSame(await move(right), ['info push to crm: the receiver is up, after …']);
  t.strictSame(
    right.delivered.map(({ id }) => id),
    ['1'],
  );
  t.match(receiver.status(), { state: 'up', delivered: 1, lastError: undefined });
  await receiver.stop();
});

void t.test('a failure at the old address is not held against the new one', async (t) => {
  const { clock, log, sender, store, parts, receiver, push } = build();
  const late = Promise.withResolvers<PostResult>();
  const old = { post: () => late.promise, close: () => Promise.resolve() };
  await receiver.update({ ...parts, sender: old }, true);
  await open(store, receiver);
  push('1', 'record', '1');
  await clock.advance(100);
  await receiver.update(parts, true);
  late.resolve(unreachable);
  await clock.advance(100);
  t.strictSame(log.lines, []);
  t.strictSame(
    sender.delivered.map(({ id }) => id),
    ['1'],
  );
  await receiver.stop();
});
