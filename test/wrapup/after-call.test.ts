import t from 'tap';
import { AmiError } from '../../src/ami/errors.ts';
import { withRefusals } from '../../src/ami/refusals.ts';
import type { Change } from '../../src/picture/model.ts';
import { AfterCall } from '../../src/wrapup/after-call.ts';
import { deps, FakeAsterisk, listed, message, response } from '../control/fake.ts';
import { none } from '../picture/messages.ts';
import { callerPathOf, legOf } from './world.ts';

/** A clock whose timers run when the test says so; `stepped` is what the box's own clock is off by. */
class Hand {
  monotonic = (): number => this.#now - 1_799_999_000_000;
  stepped = 0;
  readonly timers: { readonly at: number; readonly run: () => void }[] = [];
  #now = 1_800_000_000_000;

  now = (): number => this.#now + this.stepped;

  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + ms, run };
    this.timers.push(timer);
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) this.timers.splice(index, 1);
    };
  };

  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await new Promise(setImmediate);
      const next = this.timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      this.timers.splice(this.timers.indexOf(next), 1);
      this.#now = next.at;
      next.run();
    }
    this.#now = until;
  }
}

function setUp(): {
  ami: FakeAsterisk;
  clock: Hand;
  own: ReturnType<typeof deps>;
  afterCall: AfterCall;
  told: Change[];
  settings: { pausetime: boolean; pausetimeMax: number };
} {
  const ami = new FakeAsterisk();
  const own = deps(ami);
  const clock = new Hand();
  const told: Change[] = [];
  const settings = { pausetime: true, pausetimeMax: 30 };
  const afterCall = new AfterCall({
    ami: withRefusals(ami),
    picture: own.picture,
    log: own.log,
    clock,
    settings: () => settings,
    onChanges: (changes) => told.push(...changes),
  });
  const member = { Queue: '630', Interface: 'PJSIP/800', MemberName: '800', Paused: '0', Status: '1' };
  own.picture.apply(message({ Event: 'QueueMemberAdded', ...member }), 0);
  afterCall.resynced([]);
  return { ami, clock, own, afterCall, told, settings };
}

const ending = (leg = legOf('800')): Extract<Change, { type: 'dial-end' }> => ({
  type: 'dial-end',
  timestamp: '1800000000.000000',
  leg,
  status: 'hangup',
});

const asked = (ami: FakeAsterisk): unknown[] => ami.asked.splice(0).map(({ name, fields }) => [name, fields]);
const place = { Queue: '630', Interface: 'PJSIP/800' };
const paused = ['QueuePause', { ...place, Paused: 'true', Reason: 'wrap-up' }];
const unpaused = ['QueuePause', { ...place, Paused: 'false' }];

void t.test('contract §1.2: paused, unpaused when the time is over, and only then the call is settled', async (t) => {
  const { ami, clock, afterCall, told } = setUp();
  const change = ending();
  t.same(afterCall.take(change), [change]);
  t.same(asked(ami), [paused]);
  const callerPath = callerPathOf(change.leg);
  t.same(afterCall.take({ type: 'call-over', callerPath }), []);
  await clock.pass(29_999);
  t.same(asked(ami), []);
  await clock.pass(1);
  t.same(asked(ami), [unpaused]);
  t.same(told, [{ type: 'call-settled', callerPath, pauseTime: 30 }]);
  t.equal(clock.timers.length, 0);
});

for (const hours of [-1, 1]) {
  void t.test(
    `the box’s clock steps by ${hours} h meanwhile: work, pause and record take as long as ever`,
    async (t) => {
      const { ami, clock, own, afterCall, told } = setUp();
      const member = { Queue: '631', Interface: 'PJSIP/801', MemberName: '801', Paused: '0', Status: '1' };
      own.picture.apply(message({ Event: 'QueueMemberAdded', ...member }), 0);
      const first = ending();
      const second = ending(legOf('801'));
      afterCall.take(first);
      await clock.pass(10_000);
      afterCall.take({ ...second, timestamp: '1800000010.000000' });
      clock.stepped = hours * 3_600_000;
      const paths = [first, second].map(({ leg }) => callerPathOf(leg));
      for (const callerPath of paths) t.same(afterCall.take({ type: 'call-over', callerPath }), []);
      // A third call is over: what is next is worked out again.
      const phone = callerPathOf(legOf('802'));
      t.same(afterCall.take({ type: 'call-over', callerPath: phone }), []);
      asked(ami);
      await clock.pass(19_999);
      t.same([asked(ami), told], [[], []]);
      await clock.pass(1);
      t.same(asked(ami), [unpaused]);
      t.same(told.splice(0), [{ type: 'call-settled', callerPath: paths[0], pauseTime: 30 }]);
      await clock.pass(10_000);
      t.same(told.splice(0), [{ type: 'call-settled', callerPath: paths[1], pauseTime: 30 }]);
      await clock.pass(5_000);
      t.same(told, [{ type: 'call-settled', callerPath: phone, pauseTime: 0 }]);
      t.equal(clock.timers.length, 0);
    },
  );

  void t.test(`the box’s clock steps by ${hours} h: who is ready earlier has worked for so long`, async (t) => {
    const { clock, own, afterCall } = setUp();
    const change = ending();
    afterCall.take(change);
    const told: Change[] = [];
    const event = (Paused: string, PausedReason: string): void => {
      const pause = { Event: 'QueueMemberPause', ...place, MemberName: '800', Paused, PausedReason };
      for (const seen of own.picture.apply(message(pause), clock.now())) told.push(...afterCall.take(seen));
    };
    event('1', 'wrap-up');
    const callerPath = callerPathOf(change.leg);
    afterCall.take({ type: 'call-over', callerPath });
    clock.stepped = hours * 3_600_000;
    await clock.pass(7_000);
    event('0', '');
    t.same(
      told.filter(({ type }) => type === 'call-settled'),
      [{ type: 'call-settled', callerPath, pauseTime: 7 }],
    );
  });

  void t.test(`the box’s clock steps by ${hours} h: an unpause that failed is asked again after 10 s`, async (t) => {
    const { ami, clock, afterCall } = setUp();
    ami.answer('QueuePause', response('ok'), new AmiError('timeout', 'no answer'), response('ok'));
    afterCall.take(ending());
    await clock.pass(30_000);
    await clock.pass(0);
    asked(ami);
    clock.stepped = hours * 3_600_000;
    // A call begins and ends its wait meanwhile.
    afterCall.take({ type: 'call-over', callerPath: callerPathOf(legOf('802')) });
    await clock.pass(9_999);
    t.same(asked(ami), []);
    await clock.pass(1);
    t.same(asked(ami), [unpaused]);
  });
}

void t.test('what members did while the lists were on their way is not told twice', (t) => {
  const { ami, clock, own, afterCall } = setUp();
  const queues = listed({ Location: 'PJSIP/800', Name: '800' });
  own.picture.relistQueues(queues);
  afterCall.take(ending());
  asked(ami);
  own.picture.expectSnapshot();
  const event = message({
    Event: 'QueueMemberPause',
    ...place,
    MemberName: '800',
    Paused: '1',
    PausedReason: 'wrap-up',
  });
  for (const change of own.picture.apply(event, clock.now())) afterCall.take(change);
  const changes = own.picture.resync({ ...none, queues }, clock.now());
  afterCall.resynced(changes);
  t.same(asked(ami), [], 'and is no stranger’s pause');
  t.match(own.picture.queues.get('630')?.members.get('PJSIP/800'), { paused: true }, 'it is newer than the list');
  t.end();
});

void t.test('what Asterisk does not do is told: refused, unanswered, away', async (t) => {
  const { ami, clock, own, afterCall } = setUp();
  ami.answer('QueuePause', response('!Interface not found'));
  afterCall.take(ending());
  await clock.pass(0);
  t.equal(clock.timers.length, 0, 'who is no member has no after-call work');
  t.same(
    own.logged.filter(([level]) => level !== 'debug'),
    [],
  );
  ami.answer('QueuePause', response('!Permission denied'));
  afterCall.take(ending());
  await clock.pass(0);
  t.match(own.logged.at(-1), ['warning', /PJSIP\/800 in queue 630 could not be paused/]);
  t.equal(clock.timers.length, 0);
  ami.answer('QueuePause', response('ok'), new AmiError('timeout', 'no answer'), response('ok'));
  afterCall.take(ending());
  await clock.pass(30_000);
  asked(ami);
  await clock.pass(0);
  t.match(own.logged.at(-1), ['warning', /could not be unpaused/]);
  await clock.pass(10_000);
  t.same(asked(ami), [unpaused], 'asked again');
});

void t.test('a stop unpauses, gives out what waits, and waits for an answer for a second', async (t) => {
  const { ami, clock, afterCall, told } = setUp();
  const change = ending();
  afterCall.take(change);
  const callerPath = callerPathOf(change.leg);
  afterCall.take({ type: 'call-over', callerPath });
  await clock.pass(4_000);
  asked(ami);
  t.same(await afterCall.stop(), [{ type: 'call-settled', callerPath, pauseTime: 4 }]);
  t.same(asked(ami), [unpaused]);
  t.equal(clock.timers.length, 0);
  const late = setUp();
  late.afterCall.take(ending());
  late.ami.action = () => new Promise(() => undefined);
  const stopped = late.afterCall.stop();
  await late.clock.pass(1_000);
  t.same(await stopped, []);
  t.same([told, late.told], [[], []]);
});

void t.test('pausetime = no: nothing is asked, and calls are settled at once', (t) => {
  const { ami, afterCall, settings, told } = setUp();
  const change = ending();
  afterCall.take(change);
  settings.pausetime = false;
  afterCall.configured();
  t.same(asked(ami), [paused, unpaused], 'what went on ends');
  const next = ending();
  afterCall.take(next);
  const callerPath = callerPathOf(next.leg);
  const settled = [{ type: 'call-settled', callerPath, pauseTime: 0 }];
  t.same(afterCall.take({ type: 'call-over', callerPath }), settled);
  t.same([asked(ami), told], [[], []]);
  t.end();
});
