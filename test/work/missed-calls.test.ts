// Also tests lost-of.ts.
import t from 'tap';
import { eventsOf } from '../../src/events/list.ts';
import { lostKey } from '../../src/events/missedcall.ts';
import type { PushedEvent } from '../../src/events/event.ts';
import type { Call, Change } from '../../src/picture/model.ts';
import type { Picture } from '../../src/picture/picture.ts';
import { isCallable } from '../../src/work/lost-of.ts';
import { MissedCalls, type Asker, type MissedCallChange } from '../../src/work/missed-calls.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { FakeLog } from '../push/fakes.ts';
import { lab, mac, readTranscript, replay } from '../oracle/replay.ts';

const context = { mac, monitorDir: '/', ivrNames: lab.ivrNames };

/** Missed calls as the flow drives them: what is told before the records of each change, and what is kept. */
class Driven {
  readonly told: MissedCallChange[] = [];
  readonly kept = new Map<string, string>();
  readonly stored = new Set<string>();
  readonly log = new FakeLog();
  now = 1_800_000_000_000;
  readonly calls: MissedCalls;

  isUnreadable: boolean;

  constructor(
    picture: Pick<Picture, 'queues' | 'directory'>,
    kept: ReadonlyMap<string, string> = new Map(),
    isUnreadable = false,
  ) {
    this.isUnreadable = isUnreadable;
    for (const [id, text] of kept) this.kept.set(id, text);
    this.calls = new MissedCalls({
      picture,
      settings: () => ({ international: '', days: 90 }),
      hasTold: (uuid) => this.stored.has(`missedcall ${uuid} ${lostKey}`),
      kept: () => {
        if (this.isUnreadable) throw new StoreError('unusable', 'the disk fails');
        return [...this.kept.values()];
      },
      keep: (id, text) => {
        if (text === undefined) this.kept.delete(id);
        else this.kept.set(id, text);
      },
      settled: () => Promise.resolve(),
      now: () => this.now,
      log: this.log,
      onChange: (change) => {
        this.#tell([change]);
      },
    });
    this.calls.start();
  }

  play(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#tell(this.calls.take(change));
      const settled: Change =
        change.type === 'call-over' ? { type: 'call-settled', callerPath: change.callerPath, pauseTime: 0 } : change;
      for (const { body } of eventsOf(settled, context)) this.record(body);
    }
  }

  record(body: PushedEvent['body']): void {
    this.#tell(this.calls.record(body));
  }

  #tell(changes: readonly MissedCallChange[]): void {
    for (const change of changes) {
      this.told.push(change);
      for (const push of eventsOf(change, context)) {
        this.stored.add(`${push.body.event} ${push.keyScope ?? push.callId} ${push.rowKey}`);
        for (const { id, text } of push.keeps ?? []) this.kept.set(id, text);
      }
    }
  }

  get words(): string[] {
    return this.told.map(({ what, missed }) => `${what} ${missed.number} ${missed.closed?.how ?? ''}`.trim());
  }
}

const boss: Asker = { extension: '', name: 'boss', isAbove: true, confinedTo: undefined };
const agent = (extension: string): Asker => ({
  extension,
  name: `n${extension}`,
  isAbove: false,
  confinedTo: extension,
});

void t.test('recorded calls: who is lost is told, who is answered is not', (t) => {
  for (const setup of ['16-sip', '16-pjsip', '22-pjsip'] as const) {
    for (const [scenario, words] of [
      ['inbound-queue-abandoned', ['lost 85322361']],
      ['queue-timeout', ['lost 85322361']],
      ['queue-no-agent', ['lost 85322361']],
      ['inbound-menu-queue', []],
      ['queue-callback', []],
      ['inbound-extension', []],
      ['menu-only', []],
    ] as const) {
      const { picture, changes, pushes } = replay(readTranscript(setup, scenario));
      const driven = new Driven(picture);
      driven.play(changes);
      t.same(driven.words, words, `${setup} ${scenario}`);
      const record = pushes.find(({ body }) => body.event === 'cc_cdr')?.body;
      const [told] = driven.told;
      if (words.length > 0)
        t.match(told?.missed, {
          id: record?.['uuid'],
          cause: record?.['missCause'],
          queue: record?.['queueCode'],
          wait: Number(record?.['queueTime']),
        });
    }
  }
  t.end();
});

void t.test('a lost call, then recorded calls in which that number is talked to, or not', (t) => {
  const lost = replay(readTranscript('22-pjsip', 'inbound-queue-abandoned'));
  const cc = lost.pushes.find(({ body }) => body.event === 'cc_cdr')!.body;
  /** Of the last leg that rang: who called, or who was called. */
  const numbersOf = (changes: readonly Change[]): Readonly<Record<'caller' | 'callee', string>> => {
    const leg = changes.flatMap((change) => (change.type === 'dial-begin' ? change.leg : [])).at(-1);
    return { caller: leg?.caller.num ?? '', callee: leg?.callee.num ?? '' };
  };
  for (const [scenario, who, before, how] of [
    ['inbound-menu-queue', 'caller', '', 'answered'],
    ['inbound-menu-queue', 'caller', '9', ''],
    ['inbound-extension', 'caller', '0', 'answered'],
    ['outbound-answered', 'callee', '', 'reached'],
    ['outbound-answered', 'callee', '+86', 'reached'],
    ['outbound-answered', 'caller', '', ''],
    ['outbound-404', 'callee', '', 'tried'],
    ['click-answered', 'callee', '', 'reached'],
    ['internal-caller-hangs-up', 'callee', '', 'reached'],
    ['internal-caller-hangs-up', 'caller', '', ''],
    ['queue-internal', 'caller', '', 'answered'],
  ] as const) {
    const { picture, changes } = replay(readTranscript('22-pjsip', scenario));
    const number = before + numbersOf(changes)[who];
    const words = how === '' ? [] : [how === 'tried' ? `tried ${number}` : `closed ${number} ${how}`];
    const driven = new Driven(picture);
    driven.record({ ...cc, uuid: 'before', caller: number, endTime: '2020-01-01 10:00:00' });
    t.equal(driven.words.length, 1, `${number} is lost`);
    driven.play(changes);
    t.same(driven.words.slice(1), words, `${scenario}: ${number}`);
    t.same(
      [...driven.kept.values()].map((text) => JSON.parse(text) as unknown),
      driven.calls.list(boss),
      'kept as it is',
    );
  }
  t.end();
});

void t.test('who calls back and does not reach them has tried', (t) => {
  const { picture, changes } = replay(readTranscript('22-pjsip', 'outbound-404'));
  const number = changes.flatMap((change) => (change.type === 'dial-end' ? change.leg.callee.num : []))[0]!;
  const driven = new Driven(picture);
  const lost = replay(readTranscript('22-pjsip', 'inbound-queue-abandoned'));
  driven.record({ ...lost.pushes.find(({ body }) => body.event === 'cc_cdr')!.body, caller: number });
  driven.play(changes);
  t.match(driven.calls.list(boss), [{ number, tries: 1, closed: undefined }]);
  t.match([...driven.kept.values()].join(), '"tries":1');
  t.match(driven.told.at(-1), { what: 'tried', missed: { number, tries: 1 } }, 'who looks is told');
  t.end();
});

void t.test('each claim, and each letting go, is told as another', async (t) => {
  const { picture, changes } = replay(readTranscript('22-pjsip', 'inbound-queue-abandoned'));
  const driven = new Driven(picture);
  driven.play(changes);
  const [row] = driven.calls.list(boss);
  for (let turn = 0; turn < 2; turn++) {
    driven.now += 1_000;
    await driven.calls.claim(row!.id, boss);
    await driven.calls.reopen(row!.id, boss);
  }
  t.equal([...driven.stored].filter((key) => key.startsWith('missedcall_claimed ')).length, 4);
});

void t.test('after a restart, and a crash between the missed call and the record that it is made of', (t) => {
  const { picture, changes, pushes } = replay(readTranscript('22-pjsip', 'inbound-queue-abandoned'));
  const cc = pushes.find(({ body }) => body.event === 'cc_cdr')!.body;
  const first = new Driven(picture);
  first.play(changes);
  const next = new Driven(picture, first.kept);
  for (const id of first.stored) next.stored.add(id);
  next.record(cc);
  t.same(next.told, [], 'the record is made again; the call counts once');
  t.strictSame(next.calls.list(boss), first.calls.list(boss));
  next.record({ ...cc, uuid: 'another' });
  t.match(next.calls.list(boss), [{ calls: 2 }]);
  const early = { ...cc, uuid: 'early', endTime: '2020-01-01 10:00:00' };
  next.record(early);
  next.record(early);
  t.match(next.calls.list(boss), [{ calls: 3, uuid: 'another' }], 'one that is found late, and again');
  const [kept = ''] = first.kept.values();
  const damaged = new Driven(
    picture,
    new Map([
      ['1', '{'],
      ['2', kept],
    ]),
  );
  t.strictSame(damaged.calls.list(boss), first.calls.list(boss), 'the others are read');
  t.equal(damaged.log.lines.length, 1, 'it is told, and the daemon starts');
  t.end();
});

void t.test('a disk that cannot be read at the start: what was kept is there once it can', (t) => {
  const { picture, changes, pushes } = replay(readTranscript('22-pjsip', 'inbound-queue-abandoned'));
  const cc = pushes.find(({ body }) => body.event === 'cc_cdr')!.body;
  const first = new Driven(picture);
  first.play(changes);
  first.record({ ...cc, uuid: 'other', caller: '85322362' });
  const next = new Driven(picture, first.kept, true);
  t.same(next.calls.list(boss), []);
  next.record({ ...cc, uuid: 'later' });
  next.calls.tick();
  next.isUnreadable = false;
  next.now += 1_000;
  next.calls.tick();
  t.same(
    next.calls
      .list(boss)
      .map(({ number, calls }) => `${number} ${calls}`)
      .sort(),
    ['85322361 1', '85322361 1', '85322362 1'],
  );
  t.equal(next.log.lines.length, 1, 'told once');
  next.record({ ...cc, uuid: 'answered', missCause: '', answerTime: '2030-01-01 10:00:00' });
  t.same(
    next.words,
    ['lost 85322361', 'closed 85322361 answered', 'closed 85322361 answered'],
    'all rows of the number',
  );
  t.end();
});

void t.test('rows that nobody saw: an answered one reaches its number, one of a queue does not', (t) => {
  const lost = replay(readTranscript('22-pjsip', 'inbound-queue-abandoned'));
  const cc = lost.pushes.find(({ body }) => body.event === 'cc_cdr')!.body;
  const seen = lost.changes.find((change) => change.type === 'cdr')!;
  const row = {
    ...seen.row,
    disposition: 'ANSWERED',
    destinationChannel: 'PJSIP/800-1',
    answerTime: '2030-01-01 10:00:00',
  };
  const found = (over: Partial<typeof row>, direction: 'inbound' | 'outbound' | 'internal', call?: Call): string[] => {
    const driven = new Driven(lost.picture);
    driven.record(cc);
    driven.play([
      {
        type: 'cdr',
        row: { ...row, lastApplication: 'Dial', ...over },
        call,
        direction,
        recording: undefined,
      },
    ]);
    return driven.words.slice(1);
  };
  t.same(found({ source: '85322361' }, 'inbound'), ['closed 85322361 answered']);
  t.same(found({ source: '800', destination: '085322361' }, 'outbound'), ['closed 85322361 reached']);
  t.same(found({ source: '85322361', lastApplication: 'Queue' }, 'inbound'), []);
  t.same(found({ source: '85322361', disposition: 'NO ANSWER' }, 'inbound'), []);
  t.same(found({ source: '85322361', destinationChannel: '' }, 'inbound'), [], 'only a menu answered');
  t.same(found({ source: '85322361', answerTime: '2020-01-01 10:00:00' }, 'inbound'), [], 'before it was lost');
  const back = { source: '800', destination: '85322361' };
  const call = lost.changes.flatMap((change) => (change.type === 'call-over' ? change.callerPath.call : []))[0]!;
  t.same(found(back, 'outbound', call), [], 'who answered a call that was seen was told then');
  t.same(
    found(back, 'outbound', { ...call, incomplete: true }),
    ['closed 85322361 reached'],
    'it may have been answered while nobody looked',
  );
  t.end();
});

void t.test('in the hour that comes twice, who was talked to in the first and lost in the second stays open', (t) => {
  const before = process.env['TZ'];
  process.env['TZ'] = 'Europe/Berlin';
  t.teardown(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  const { picture, pushes } = replay(readTranscript('22-pjsip', 'inbound-queue-abandoned'));
  const cc = pushes.find(({ body }) => body.event === 'cc_cdr')!.body;
  const driven = new Driven(picture);
  const first = Date.parse('2026-10-25T02:30:00+02:00');
  driven.now = first + 60_000;
  driven.record({ ...cc, uuid: 'a', missCause: '', answerTime: '2026-10-25 02:30:00' });
  driven.record({ ...cc, uuid: 'b', endTime: '2026-10-25 02:31:00' });
  t.match(driven.calls.list(boss), [{ id: 'b', last: first + 60_000 }]);
  driven.record({ ...cc, uuid: 'c', missCause: '', answerTime: '2026-10-25 02:59:00' });
  driven.now += 3_600_000;
  driven.record({ ...cc, uuid: 'd', endTime: '2026-10-25 02:31:00' });
  t.match(driven.calls.list(boss)[0], { id: 'd', last: driven.now, closed: undefined });
  t.end();
});

void t.test('a number that is hidden makes no row', (t) => {
  const isExtension = (text: string): boolean => text === 'reception';
  for (const hidden of [
    '',
    '0000000',
    '+0000000000',
    'anonymous',
    'Unknown',
    'Restricted',
    'sipvicious',
    '-',
    "1' OR '1",
  ]) {
    t.notOk(isCallable(hidden, isExtension), hidden);
  }
  for (const number of ['85322361', '+4930123456', '804', 'reception', '(010) 6552'])
    t.ok(isCallable(number, isExtension), number);
  t.end();
});

void t.test('agents see those of the queues that they are in now, and what they have claimed', async (t) => {
  const { picture, changes } = replay(readTranscript('22-pjsip', 'inbound-queue-abandoned'));
  const driven = new Driven(picture);
  driven.play(changes);
  const [row] = driven.calls.list(boss);
  const members = [...picture.queues.get('630')!.members.keys()];
  t.ok(members.includes('PJSIP/800'), members.join());
  t.same(driven.told[0]?.whose.includes('800'), true);
  t.equal(driven.calls.list(agent('800')).length, 1);
  t.same(driven.calls.list(agent('805')), []);
  await t.rejects(driven.calls.claim(row!.id, agent('805')), { kind: 'not-found', message: 'no such missed call' });
  const claims = await Promise.allSettled([
    driven.calls.claim(row!.id, agent('800')),
    driven.calls.claim(row!.id, boss),
  ]);
  t.same(
    claims.map(({ status }) => status),
    ['fulfilled', 'rejected'],
    'one wins',
  );
  const logged = picture.queues.get('630')!.members;
  const before = new Map(logged);
  logged.clear();
  t.equal(driven.calls.list(agent('800')).length, 1, 'logged out: what it has claimed');
  await driven.calls.reopen(row!.id, agent('800'));
  t.same(driven.calls.list(agent('800')), []);
  for (const [name, member] of before) logged.set(name, member);
  await driven.calls.close(row!.id, agent('800'), 'sold', 'a note');
  t.match(driven.told.at(-1), {
    what: 'closed',
    missed: { closed: { outcome: 'sold', note: 'a note', name: 'n800' } },
  });
});

void t.test('time closes what is too old, and forgets it later', (t) => {
  const { picture, changes } = replay(readTranscript('22-pjsip', 'inbound-queue-abandoned'));
  const driven = new Driven(picture);
  driven.play(changes);
  driven.calls.tick();
  t.same(driven.words.slice(1), []);
  driven.now += 91 * 24 * 3600 * 1000;
  driven.calls.tick();
  t.same(driven.words.slice(1), ['closed 85322361 expired']);
  driven.now += 91 * 24 * 3600 * 1000;
  driven.calls.tick();
  t.same([driven.calls.list(boss), [...driven.kept]], [[], []]);
  t.end();
});
