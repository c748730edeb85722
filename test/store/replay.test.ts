// Also tests sqlite-replays.ts, which changes the rows.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import t from 'tap';
import type { Test } from 'tap';
import { formats } from '../../src/events/formats/list.ts';
import type { Format } from '../../src/push/format.ts';
import { Outbox } from '../../src/push/outbox.ts';
import type { PushSettings } from '../../src/push/outbox.ts';
import { Pull } from '../../src/store/pull.ts';
import { Replay } from '../../src/store/replay.ts';
import type { ReplayWanted } from '../../src/store/replay.ts';
import { fileName } from '../../src/store/sqlite-file.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { systemClock } from '../../src/system/clock.ts';
import { FakeClock, FakeLog, FakeSender, entry, settle } from '../push/fakes.ts';

const any = { state: undefined, receiver: undefined, events: undefined };
const selection = { upTo: 9, states: ['delivered', 'dead'], receivers: [''], events: undefined } as const;
const hour = 3600_000;

/** An outbox on a real store, with receivers and a clock that the test controls. */
class Box {
  readonly clock = new FakeClock();
  readonly log = new FakeLog();
  readonly names: readonly string[];
  readonly senders: FakeSender[] = [];
  readonly store: SqliteStore;
  readonly outbox: Outbox;
  readonly replays: Replay;

  constructor(folder: string, names: readonly string[] = ['']) {
    const { clock, log } = this;
    this.names = names;
    const receivers = (): readonly string[] => names;
    this.store = new SqliteStore({ folder, log, clock, keepDays: () => 30, receivers });
    this.outbox = new Outbox({
      settings: this.settings(),
      store: this.store,
      mac: 'm',
      version: '0',
      log,
      clock,
      random: () => 0.5,
      createSender: () => {
        const sender = new FakeSender(clock);
        this.senders.push(sender);
        return sender;
      },
    });
    const onAgain = (receiver: string, after: number): void => {
      this.outbox.rewind(receiver, after);
    };
    this.replays = new Replay({ store: this.store, clock, receivers, onReplayed: onAgain });
  }

  settings(format?: Format): PushSettings {
    const one = { url: new URL('http://127.0.0.1/'), secret: '', events: 'all', ...(format && { format }) } as const;
    return {
      receivers: this.names.map((name) => ({ name, ...one })),
      retryHours: 1,
      signalSeconds: 60,
      connections: 4,
    };
  }

  async start(t: Test): Promise<this> {
    await this.outbox.start();
    t.teardown(async () => {
      const stopped = this.outbox.stop(0);
      await this.clock.advance(1_000);
      await stopped;
    });
    return this;
  }

  push(call: string, n: number): void {
    this.outbox.push({ class: 'record', callId: call, rowKey: `${n}`, body: { event: 'cdr', call, n } });
  }

  /** Runs a replay to its end. */
  async replay(wanted: Partial<ReplayWanted> & Pick<ReplayWanted, 'which'>): Promise<unknown> {
    const done = this.replays.run({ ...any, ...wanted }).catch((error: unknown) => error);
    await this.clock.advance(100);
    return done;
  }

  /** What was delivered to a receiver, as `call n`, in order. */
  got(receiver = 0): string[] {
    return (this.senders[receiver]?.delivered ?? []).map(({ body }) => {
      const { call, n } = JSON.parse(body) as { call: string; n: number };
      return `${call} ${n}`;
    });
  }

  async ids(): Promise<string[]> {
    return (await new Pull(this.store).records({ since: undefined, events: ['cdr'], limit: 1000 })).items.map(
      ({ id }) => id,
    );
  }
}

void t.test('replay: a delivered record is sent again with its id and body, to the receiver asked for', async (t) => {
  const box = await new Box(t.testdir(), ['', 'crm']).start(t);
  for (let n = 0; n < 3; n++) box.push('a', n);
  await box.clock.advance(1_000);
  const [, id = ''] = await box.ids();
  t.match(await box.replay({ which: { by: 'id', ids: [id, id] }, receiver: 'crm' }), { replayed: 1, waiting: 0 });
  await box.clock.advance(1_000);
  t.strictSame(box.got(0), ['a 0', 'a 1', 'a 2']);
  t.strictSame(box.got(1), ['a 0', 'a 1', 'a 2', 'a 1']);
  const [first, second] = box.senders[1]!.attempts.filter((attempt) => attempt.id === id);
  t.equal(second?.body, first?.body);
  t.equal(second?.number, 2, 'attempts are counted on');
  t.match(await box.replay({ which: { by: 'id', ids: ['f'.repeat(32)] } }), { kind: 'not-found' });
  t.match(await box.replay({ which: { by: 'id', ids: [id, 'f'] }, receiver: 'none' }), { kind: 'not-found' });
  t.match(await box.replay({ which: { by: 'id', ids: [id, 'f'] } }), { replayed: 2, unknown: ['f'] });
  await box.clock.advance(1_000);
  t.strictSame(box.store.counts(''), { pending: 0, dead: 0 });
});

void t.test('replay: dead letters get a new age, and are done when they are delivered', async (t) => {
  const box = await new Box(t.testdir()).start(t);
  box.senders[0]!.judge = () => ({ kind: 'refused', reason: 'HTTP 500' });
  for (let n = 0; n < 3; n++) box.push('a', n);
  await box.clock.advance(20 * hour);
  t.strictSame(box.store.counts(''), { pending: 0, dead: 3 });
  t.match(await new Pull(box.store).deliveries({ ...any, state: 'dead', before: undefined, limit: 9 }), {
    items: [{ error: 'HTTP 500' }, {}, {}],
  });
  t.match(await box.replay({ which: { by: 'dead' }, state: 'dead', events: ['ivr'] }), { replayed: 0 });
  t.match(await box.replay({ which: { by: 'dead' }, state: 'dead' }), { replayed: 3 });
  await box.clock.advance(hour / 2);
  t.strictSame(box.store.counts(''), { pending: 3, dead: 0 }, 'tried again, for an hour from now');
  box.senders[0]!.judge = () => ({ kind: 'delivered' });
  await box.clock.advance(2 * hour);
  t.strictSame(box.got(), ['a 0', 'a 1', 'a 2']);
  t.strictSame(box.store.counts(''), { pending: 0, dead: 0 });
});

void t.test('replay: by time, both ends included; pending records are counted and not sent twice', async (t) => {
  const box = await new Box(t.testdir()).start(t);
  const begun = box.clock.now();
  for (let n = 0; n < 5; n++) {
    box.push(`call ${n}`, n);
    await box.clock.advance(1_000);
  }
  box.senders[0]!.judge = () => ({ kind: 'unreachable', reason: 'ECONNREFUSED' });
  box.push('call 5', 5);
  await box.clock.advance(1_000);
  const which = { by: 'time', from: begun + 1_000, to: begun + 5_000 } as const;
  t.match(await box.replay({ which }), { replayed: 4, waiting: 1 });
  t.match(await box.replay({ which, state: 'dead' }), { replayed: 0, waiting: 0 });
  box.senders[0]!.judge = () => ({ kind: 'delivered' });
  await box.clock.advance(120_000);
  t.strictSame(box.got().slice(5).sort(), ['call 1 1', 'call 2 2', 'call 3 3', 'call 4 4', 'call 5 5']);
});

void t.test('replay: one at a time; if the store fails, the answer says what was done', async (t) => {
  const box = await new Box(t.testdir()).start(t);
  box.push('a', 0);
  await box.clock.advance(1_000);
  const which = { by: 'time', from: 0, to: Infinity } as const;
  const first = box.replays.run({ ...any, which });
  t.match(await box.replays.run({ ...any, which }).catch((error: unknown) => error), { kind: 'conflict' });
  await box.clock.advance(100);
  t.match(await first, { replayed: 1 });
  const broken = new Replay({
    store: {
      query: (question) => box.store.query(question),
      replay: async (selection, after) => {
        if (after > 0) return box.store.stop().then(() => box.store.replay(selection, after));
        return { ...(await box.store.replay(selection, after)), more: true };
      },
    },
    clock: systemClock,
    receivers: () => [''],
    onReplayed: () => undefined,
  });
  await box.clock.advance(1_000);
  t.match(await broken.run({ ...any, which }).catch((error: unknown) => error), {
    kind: 'unavailable',
    message: /^1 deliveries are sent again, then it ended: .*not open/,
  });
});

void t.test('replay: a delivery whose mark is not stored yet is not made twice', async (t) => {
  const box = await new Box(t.testdir()).start(t);
  box.push('a', 0);
  while (box.got().length === 0) await box.clock.advance(1);
  t.strictSame(box.store.counts(''), { pending: 1, dead: 0 }, 'the store does not know');
  box.outbox.rewind('', 0);
  await box.clock.advance(1_000);
  t.strictSame(box.got(), ['a 0']);
});

void t.test('replay: a delivery whose mark is not stored yet is made again if it is asked for', async (t) => {
  const box = await new Box(t.testdir()).start(t);
  box.push('a', 0);
  while (box.got().length === 0) await box.clock.advance(1);
  t.match(await box.replay({ which: { by: 'id', ids: await box.ids() } }), { replayed: 1, waiting: 0 });
  await box.clock.advance(1_000);
  t.strictSame(box.got(), ['a 0', 'a 0']);
  t.strictSame(box.store.counts(''), { pending: 0, dead: 0 });
});

void t.test('replay: one that begins during a read comes before what was read', async (t) => {
  const box = await new Box(t.testdir()).start(t);
  box.push('a', 0);
  await box.clock.advance(100);
  const added = box.store.add(entry('x', 'record', 'a', box.clock.now()), ['']);
  await box.clock.advance(100);
  t.equal(await added, 2);
  // The next line overtakes the read that this begins, which must not put the later record first.
  box.outbox.rewind('', 1);
  void box.store.replay({ ...selection, which: { by: 'seq', seqs: [1] } }, 0);
  box.outbox.rewind('', 0);
  await box.clock.advance(1_000);
  t.strictSame(box.senders[0]!.delivered.map(({ body }) => body).slice(1), [
    box.senders[0]!.delivered[0]?.body,
    '{"id":"x"}',
  ]);
});

/** What may happen to a box, in any order. */
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('push' as const), call: fc.constantFrom('a', 'b', 'c') }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 5, 15, 70_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('up' as const, 'down' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('replay' as const), from: fc.nat(9) }) },
  ),
  { maxLength: 40, size: 'max' },
);

void t.test(
  'replay: whatever happens, each record is sent as often as it was asked for, in the order of its call',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const box = await new Box(t.testdir()).start(t);
        const [sender] = box.senders;
        let pushed = 0;
        let asked = 0;
        const pending: Promise<unknown>[] = [];
        for (const step of sequence) {
          switch (step.do) {
            case 'push':
              box.push(step.call, pushed++);
              break;
            case 'wait':
              await box.clock.advance(step.ms);
              break;
            case 'up':
              sender!.judge = () => ({ kind: 'delivered' });
              break;
            case 'down':
              sender!.judge = () => ({ kind: 'unreachable', reason: 'ECONNREFUSED' });
              break;
            case 'replay': {
              const ids = (await box.ids()).slice(step.from);
              if (ids.length === 0) break;
              const done = box.replays
                .run({ ...any, which: { by: 'id', ids } })
                .then(({ replayed }) => (asked += replayed))
                .catch((error: unknown) => {
                  t.match(error, { kind: 'conflict' });
                });
              pending.push(done);
              await settle();
            }
          }
        }
        sender!.judge = () => ({ kind: 'delivered' });
        await box.clock.advance(hour / 2);
        await Promise.all(pending);
        const got = box.got();
        t.equal(got.length, pushed + asked, JSON.stringify(sequence));
        t.equal(new Set(got).size, pushed);
        t.strictSame(box.store.counts(''), { pending: 0, dead: 0 });
        // The first attempt at each record.
        for (const call of ['a', 'b', 'c']) {
          const own = [...new Set(got)].filter((one) => one.startsWith(call)).map((one) => Number(one.slice(2)));
          t.strictSame(
            own,
            own.toSorted((a, b) => a - b),
            `call ${call}`,
          );
        }
        t.strictSame(
          box.log.lines.filter((line) => line.startsWith('error')),
          [],
        );
        await box.outbox.stop(0);
      }),
      { numRuns: 60 },
    );
  },
);

void t.test(
  'replay: more records than fit in memory, in order, while new ones arrive; none is left behind',
  async (t) => {
    const box = await new Box(t.testdir()).start(t);
    const [sender] = box.senders;
    sender!.latency = 1;
    const most = 5_000;
    for (let n = 0; n < most; n++) box.push(`call ${n % 50}`, n);
    await box.clock.advance(20_000);
    t.equal(box.got().length, most);
    const done = box.replays.run({ ...any, which: { by: 'time', from: 0, to: box.clock.now() - 1 } });
    for (let n = most; n < most + 300; n++) {
      box.push(`call ${n % 50}`, n);
      await box.clock.advance(1);
    }
    await box.clock.advance(60_000);
    t.match(await done, { replayed: most });
    const again = box.got().slice(most);
    t.equal(again.length, most + 300);
    t.equal(new Set(again).size, most + 300);
    for (let call = 0; call < 50; call++) {
      const own = again.filter((one) => one.startsWith(`call ${call} `)).map((one) => Number(one.split(' ')[2]));
      const replayed = own.filter((n) => n < most);
      t.strictSame(
        replayed,
        replayed.toSorted((a, b) => a - b),
      );
    }
  },
);

void t.test('replay: 100,000 records do not hold up the event loop', async (t) => {
  const folder = t.testdir();
  const store = new SqliteStore({ folder, log: new FakeLog(), keepDays: () => 30, receivers: () => [''] });
  const maker = new SqliteStore({ folder, log: new FakeLog(), keepDays: () => 30, receivers: () => [''] });
  await maker.start(() => undefined);
  await maker.stop();
  const db = new DatabaseSync(join(folder, fileName));
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    INSERT INTO record (id, event, call_id, body, created_at) SELECT i, 'cdr', '', printf('{"pad":"%600s"}', i), i FROM n;
    INSERT INTO delivery (seq, receiver, state, attempts, error, changed_at) SELECT seq, '', 1, 9, '', 1 FROM record`);
  db.close();
  await store.start(() => undefined);
  t.teardown(() => store.stop());
  t.strictSame(store.counts(''), { pending: 0, dead: 100_000 });
  const replay = new Replay({ store, clock: systemClock, receivers: () => [''], onReplayed: () => undefined });
  const begun = performance.now();
  const gaps: number[] = [];
  let last = begun;
  const timer = setInterval(() => {
    gaps.push(performance.now() - last);
    last = performance.now();
  }, 1);
  t.match(await replay.run({ ...any, which: { by: 'dead' } }), { replayed: 100_000 });
  clearInterval(timer);
  gaps.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(gaps[Math.floor(share * (gaps.length - 1))] ?? 0);
  t.comment(
    `${Math.round(performance.now() - begun)} ms; gaps median ${at(0.5)}, 99 % ${at(0.99)}, longest ${at(1)} ms`,
  );
  t.ok(gaps.length > 20, `${gaps.length} other turns meanwhile`);
  t.strictSame(store.counts(''), { pending: 100_000, dead: 0 });
});

void t.test('replay: what a format had no word for is sent once the format is another', async (t) => {
  const box = await new Box(t.testdir()).start(t);
  const [sender] = box.senders;
  sender!.judge = () => ({ kind: 'unreachable', reason: 'away' });
  const mac = '68:69:2e:03:8b:3e';
  const ccCdr = { event: 'cc_cdr', uuid: '1.2', mac };
  box.outbox.push({ class: 'record', callId: '1.2', rowKey: '', body: ccCdr });
  const extra = { Channel: 'PJSIP/800-1' };
  box.outbox.push({ class: 'record', callId: '1.2', rowKey: '', body: { event: 'cdr', uniqueid: '1.2', mac }, extra });
  await box.clock.advance(1_000);
  const sent = (): unknown[] => sender!.delivered.map(({ body }) => JSON.parse(body) as unknown);
  sender!.judge = () => ({ kind: 'delivered' });
  await box.outbox.reconfigure(box.settings(formats.coovox));
  await box.clock.advance(1_000);
  t.match(sent(), [{ Event: 'Cdr', Channel: 'PJSIP/800-1' }]);
  const dead = { ...any, state: 'dead', before: undefined, limit: 9 } as const;
  const lost = async (): Promise<unknown> => (await new Pull(box.store).deliveries(dead)).items;
  const told = { event: 'cc_cdr', state: 'dead', error: 'the format of this receiver has no such event' };
  t.match(await lost(), [told], 'listed under our name');
  const pulled = await new Pull(box.store).records({ since: undefined, events: ['cc_cdr', 'cdr'], limit: 9 });
  t.match(
    pulled.items.map(({ body }) => body),
    [JSON.stringify(ccCdr), /^\{"event":"cdr"/],
    'pulled in our own form, whatever the receivers want',
  );
  t.match(await box.replay({ which: { by: 'dead' }, state: 'dead' }), { replayed: 1 });
  await box.clock.advance(1_000);
  t.match(await lost(), [told], 'not in this format');
  t.equal(sent().length, 1);
  await box.outbox.reconfigure(box.settings(formats.cloudevents));
  t.match(await box.replay({ which: { by: 'dead' }, state: 'dead' }), { replayed: 1 });
  await box.clock.advance(1_000);
  t.match(sent().slice(1), [{ id: pulled.items[0]?.id, type: 'coocenter.cc_cdr', data: ccCdr }]);
  t.strictSame(box.store.counts(''), { pending: 0, dead: 0 });
  t.equal(box.senders.length, 1, 'over the connections of before');
});
