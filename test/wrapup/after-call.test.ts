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
  monotonic = (): number => this.#now;
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
  afterCall.resynced([], clock.now());
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
  t.same(afterCall.take(change, clock.now()), [change]);
  t.same(asked(ami), [paused]);
  const callerPath = callerPathOf(change.leg);
  t.same(afterCall.take({ type: 'call-over', callerPath }, clock.now()), []);
  await clock.pass(29_999);
  t.same(asked(ami), []);
  await clock.pass(1);
  t.same(asked(ami), [unpaused]);
  t.same(told, [{ type: 'call-settled', callerPath, pauseTime: 30 }]);
  t.equal(clock.timers.length, 0);
});

void t.test('the box’s clock is set back meanwhile: it takes no longer', async (t) => {
  const { ami, clock, afterCall } = setUp();
  afterCall.take(ending(), clock.now());
  clock.stepped = -3_600_000;
  afterCall.take({ type: 'extension-status', timestamp: '1', exten: '800', status: '0', text: 'Idle' }, clock.now());
  asked(ami);
  await clock.pass(30_000);
  t.same(asked(ami), [unpaused]);
});

void t.test('what members did while the lists were on their way is not told twice', (t) => {
  const { ami, clock, own, afterCall } = setUp();
  const queues = listed({ Location: 'PJSIP/800', Name: '800' });
  own.picture.relistQueues(queues);
  afterCall.take(ending(), clock.now());
  asked(ami);
  own.picture.expectSnapshot();
  const event = message({
    Event: 'QueueMemberPause',
    ...place,
    MemberName: '800',
    Paused: '1',
    PausedReason: 'wrap-up',
  });
  for (const change of own.picture.apply(event, clock.now())) afterCall.take(change, clock.now());
  const changes = own.picture.resync({ ...none, queues }, clock.now());
  afterCall.resynced(changes, clock.now());
  t.same(asked(ami), [], 'and is no stranger’s pause');
  t.match(own.picture.queues.get('630')?.members.get('PJSIP/800'), { paused: true }, 'it is newer than the list');
  t.end();
});

void t.test('what Asterisk does not do is told: refused, unanswered, away', async (t) => {
  const { ami, clock, own, afterCall } = setUp();
  ami.answer('QueuePause', response('!Interface not found'));
  afterCall.take(ending(), clock.now());
  await clock.pass(0);
  t.equal(clock.timers.length, 0, 'who is no member has no after-call work');
  t.same(
    own.logged.filter(([level]) => level !== 'debug'),
    [],
  );
  ami.answer('QueuePause', response('!Permission denied'));
  afterCall.take(ending(), clock.now());
  await clock.pass(0);
  t.match(own.logged.at(-1), ['warning', /PJSIP\/800 in queue 630 could not be paused/]);
  t.equal(clock.timers.length, 0);
  ami.answer('QueuePause', response('ok'), new AmiError('timeout', 'no answer'), response('ok'));
  afterCall.take(ending(), clock.now());
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
  afterCall.take(change, clock.now());
  const callerPath = callerPathOf(change.leg);
  afterCall.take({ type: 'call-over', callerPath }, clock.now());
  await clock.pass(4_000);
  asked(ami);
  t.same(await afterCall.stop(), [{ type: 'call-settled', callerPath, pauseTime: 4 }]);
  t.same(asked(ami), [unpaused]);
  t.equal(clock.timers.length, 0);
  const late = setUp();
  late.afterCall.take(ending(), late.clock.now());
  late.ami.action = () => new Promise(() => undefined);
  const stopped = late.afterCall.stop();
  await late.clock.pass(1_000);
  t.same(await stopped, []);
  t.same([told, late.told], [[], []]);
});

void t.test('pausetime = no: nothing is asked, and calls are settled at once', (t) => {
  const { ami, clock, afterCall, settings, told } = setUp();
  const change = ending();
  afterCall.take(change, clock.now());
  settings.pausetime = false;
  afterCall.configured();
  t.same(asked(ami), [paused, unpaused], 'what went on ends');
  const next = ending();
  afterCall.take(next, clock.now());
  const callerPath = callerPathOf(next.leg);
  const settled = [{ type: 'call-settled', callerPath, pauseTime: 0 }];
  t.same(afterCall.take({ type: 'call-over', callerPath }, clock.now()), settled);
  t.same([asked(ami), told], [[], []]);
  t.end();
});
