import t from 'tap';
import type { Flow } from '../src/flow.ts';
import { Link } from '../src/link.ts';
import type { Overflow } from '../src/snapshot/overflow.ts';
import type { Snapshot } from '../src/snapshot/snapshot.ts';
import type { Clock } from '../src/system/clock.ts';
import { memoryLog } from './http/client.ts';

/** A link whose questions are answered by the test, on a clock of the test's. */
class Bench {
  readonly log = memoryLog();
  /** What the flow was told. */
  readonly told: string[] = [];
  readonly questions: PromiseWithResolvers<Snapshot>[] = [];
  readonly ami: { state: 'up' | 'connecting'; lastError: undefined } = { state: 'up', lastError: undefined };
  readonly link: Link;
  #now = 0;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  constructor() {
    const tell = (what: string) => (): void => void this.told.push(what);
    const flow = {
      expectSnapshot: tell('expect'),
      takeSnapshot: tell('take'),
      current: tell('current'),
      missed: tell('missed'),
      lost: tell('lost'),
    };
    const clock: Clock = {
      now: () => this.#now,
      monotonic: () => this.#now,
      after: (ms, run) => {
        const timer = { at: this.#now + ms, run };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((one) => one !== timer);
        };
      },
    };
    this.link = new Link({
      ami: this.ami,
      overflow: { tick: () => false } as unknown as Overflow,
      fetchSnapshot: () => {
        const question = Promise.withResolvers<Snapshot>();
        this.questions.push(question);
        return question.promise;
      },
      flow: () => flow as unknown as Flow,
      log: this.log,
      clock,
    });
  }

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }

  async answer(index: number): Promise<void> {
    this.questions[index]!.resolve({} as Snapshot);
    await new Promise(setImmediate);
  }
}

void t.test('away, reading, current: the state is known from a snapshot until the connection is lost', async (t) => {
  const bench = new Bench();
  const { link, ami, told } = bench;
  ami.state = 'connecting';
  t.match(link, { state: 'away', isCurrent: false, reason: 'no connection to Asterisk' });
  ami.state = 'up';
  link.up();
  t.match(link, { state: 'reading', isCurrent: false, reason: 'reading the state of Asterisk' });
  await bench.answer(0);
  t.match(link, { state: 'current', isCurrent: true, reason: undefined });
  t.strictSame(told.splice(0), ['expect', 'take', 'current']);
  link.missed();
  bench.pass(1_000);
  ami.state = 'connecting';
  link.down();
  await bench.answer(1);
  t.strictSame(told, ['missed', 'expect', 'lost'], 'an answer that comes after the loss is of no use');
  t.equal(link.state, 'away');
});

void t.test('a snapshot that fails is asked for again after a second', async (t) => {
  const bench = new Bench();
  bench.link.up();
  bench.questions[0]!.reject(new Error('no answer'));
  await new Promise(setImmediate);
  t.match(bench.log.lines, [/^warning Asterisk did not answer the questions for its state/]);
  bench.pass(999);
  t.equal(bench.questions.length, 1);
  bench.pass(1);
  t.equal(bench.questions.length, 2);
  await bench.answer(1);
  t.ok(bench.link.isCurrent);
});

void t.test('forged events, however many, do not put off a snapshot that takes long', async (t) => {
  const bench = new Bench();
  bench.link.up();
  for (let second = 0; second < 30; second++) {
    bench.link.forged();
    bench.pass(1_000);
  }
  t.equal(bench.questions.length, 1, 'the question under way is not asked anew');
  await bench.answer(0);
  t.ok(bench.link.isCurrent);
  bench.pass(5_000);
  t.equal(bench.questions.length, 2, 'then one snapshot mends what they may have done');
  bench.pass(60_000);
  t.equal(bench.questions.length, 2);
});

void t.test('missed events, however many, do not put it off either', async (t) => {
  const bench = new Bench();
  bench.link.up();
  for (let second = 0; second < 30; second++) {
    bench.link.missed();
    bench.pass(1_000);
  }
  t.equal(bench.questions.length, 1);
  await bench.answer(0);
  t.ok(bench.link.isCurrent);
  bench.pass(1_000);
  t.equal(bench.questions.length, 2, 'the next one tells what was missed since the question');
});
