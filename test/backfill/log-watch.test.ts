import { appendFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { LinkedWatch } from './linked-watch.ts';
import type { Knowledge } from '../../src/backfill/missed-calls.ts';
import type { LoggedCall } from '../../src/backfill/logged-call.ts';
import { FakeClock, FakeLog } from '../push/fakes.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';

/** A box with Asterisk's logs, over several lives of the daemon. */
class Box {
  readonly dir = makeTemp();
  readonly kit = join(this.dir, 'coocenter.csv');
  readonly master = join(this.dir, 'Master.csv');
  readonly queueLog = join(this.dir, 'queue_log');
  readonly checkpoints = new Map<string, string>();
  readonly clock = new FakeClock();
  readonly log = new FakeLog();
  rows: string[] = [];
  calls: LoggedCall[] = [];
  knowledge: Partial<Knowledge> = {};
  isReadable = true;
  /** Whether what is found becomes durable, by the number of calls handed over. */
  isSafe: () => boolean = () => true;
  watch: LinkedWatch | undefined;
  /** It reads, or a timer of it is set. */
  #isRunning = false;

  start(): LinkedWatch {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a getter has a `this` of its own
    const box = this;
    const watch = new LinkedWatch({
      settings: {
        ...{ cdrFiles: [this.kit, this.master], cdrTimes: 'local', queueLog: this.queueLog },
        monitorDir: () => this.dir,
      },
      checkpoints: {
        checkpoint: (name) => {
          if (!this.isReadable) throw new Error('the disk fails');
          return this.checkpoints.get(name);
        },
        setCheckpoint: (name, text) => {
          this.checkpoints.set(name, text);
        },
        get isSafe() {
          return box.isSafe();
        },
        settled: () => Promise.resolve(),
      },
      log: this.log,
      clock: this.clock,
      knowledge: {
        callIdOf: (id) => this.knowledge.callIdOf?.(id),
        isExpected: (id) => this.knowledge.isExpected?.(id) ?? false,
        hasRecord: (id) => this.knowledge.hasRecord?.(id) ?? false,
        hasNoQueue: (id) => this.knowledge.hasNoQueue?.(id) ?? false,
      },
      onRow: ({ row }) => this.rows.push(row.uniqueId),
      onCall: (call) => this.calls.push(call),
    });
    this.watch = watch;
    this.#isRunning = true;
    watch.start();
    return watch;
  }

  /** Lets so many seconds pass, and the disk do its part: time stands while something is being read. */
  async pass(seconds: number): Promise<void> {
    for (let n = 0; n < seconds * 10; n++) {
      await this.clock.advance(100);
      const limit = performance.now() + 10_000;
      while (this.#isRunning && this.clock.timers === 0 && performance.now() < limit) await sleep(1);
    }
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    const stopped = this.watch?.stop().then(() => false);
    while ((await Promise.race([stopped, sleep(1, true)])) === true) await this.clock.advance(100);
  }

  /** A row of the kit's file. */
  row(id: string): void {
    const times = '"2026-11-25 10:00:00","","2026-11-25 10:00:09"';
    appendFileSync(
      this.kit,
      `"x <1>","1","2","c","PJSIP/trunk-1","","Queue","630",${times},"9","0","NO ANSWER","DOCUMENTATION","","${id}","","${id}",1\n`,
    );
  }

  /** A row of Master.csv. */
  stockRow(id: string): void {
    const times = '"2026-11-25 10:00:00","","2026-11-25 10:00:09"';
    appendFileSync(
      this.master,
      `"","1","2","c","x <1>","PJSIP/trunk-1","","Queue","630",${times},9,0,"NO ANSWER","DOCUMENTATION","${id}",""\n`,
    );
  }

  entry(id: string, event: string, ...data: string[]): void {
    appendFileSync(this.queueLog, `${['1795594860', id, '630', 'NONE', event, ...data].join('|')}\n`);
  }
}

async function inBox(t: Test, fn: (box: Box) => Promise<void>): Promise<void> {
  const box = new Box();
  t.teardown(() => {
    removeTemp(box.dir);
  });
  await fn(box);
  await box.stop();
}

void t.test('the first start begins at the end, the next one where the last one came to', (t) =>
  inBox(t, async (box) => {
    box.row('1.1');
    box.entry('1.1', 'ENTERQUEUE', '', '100', '1');
    const watch = box.start();
    await box.pass(1);
    box.row('1.2');
    t.ok(watch.isCatchingUp, 'rows that AMI tells wait until those before them are read');
    watch.up();
    await box.pass(3);
    t.notOk(watch.isCatchingUp);
    t.strictSame(box.rows, ['1.2']);
    await box.stop();
    box.row('1.3');
    box.entry('1.3', 'ENTERQUEUE', '', '100', '1');
    box.start().up();
    await box.pass(10);
    t.strictSame(box.rows, ['1.2', '1.3']);
    t.match(box.calls, [{ callId: '1.3', caller: '100' }]);
    t.equal(box.calls.length, 1);
  }),
);

void t.test('nothing is read while Asterisk is away, and nothing is lost by it', (t) =>
  inBox(t, async (box) => {
    const watch = box.start();
    await box.pass(2);
    box.row('1.1');
    await box.pass(5);
    t.strictSame(box.rows, []);
    watch.up();
    await box.pass(3);
    t.strictSame(box.rows, ['1.1']);
    watch.down();
    t.ok(watch.isCatchingUp);
    box.row('1.2');
    await box.pass(5);
    t.strictSame(box.rows, ['1.1']);
    watch.up();
    await box.pass(3);
    t.strictSame(box.rows, ['1.1', '1.2']);
  }),
);

void t.test('a call that was in the queue when the daemon died is known to the next one', (t) =>
  inBox(t, async (box) => {
    box.knowledge = { callIdOf: () => '1.0' };
    const watch = box.start();
    watch.up();
    await box.pass(1);
    box.entry('1.1', 'ENTERQUEUE', '', '100', '1');
    await box.pass(10);
    t.strictSame(box.calls, []);
    // Killed: it is not asked to stop.
    watch.down();
    const next = new Map(box.checkpoints);
    await box.stop();
    box.checkpoints.clear();
    for (const [name, text] of next) box.checkpoints.set(name, text);
    box.knowledge = {};
    box.entry('1.1', 'ABANDON', '1', '1', '12');
    box.start().up();
    await box.pass(10);
    t.match(box.calls, [{ callId: '1.0', visits: [{ outcome: 'abandoned', waited: 12_000 }] }]);
  }),
);

void t.test('a daemon that dies soon after it has read a row has lost neither the row nor what it proves', (t) =>
  inBox(t, async (box) => {
    box.start().up();
    await box.pass(2);
    await box.stop();
    box.entry('1.1', 'ENTERQUEUE', '', '100', '1');
    box.entry('1.1', 'ABANDON', '1', '1', '12');
    box.row('1.1');
    box.start().up();
    await box.pass(4);
    t.strictSame([box.rows, box.calls], [['1.1'], []], 'it waits for what the picture may still tell of the call');
    // Killed: it is not asked to stop.
    const next = new Map(box.checkpoints);
    await box.stop();
    box.checkpoints.clear();
    for (const [name, text] of next) box.checkpoints.set(name, text);
    box.start().up();
    await box.pass(10);
    t.match(box.calls, [{ callId: '1.1', visits: [{ outcome: 'abandoned', waited: 12_000 }] }]);
    t.equal(box.calls.length, 1);
  }),
);

void t.test('the kit’s file is read before Master.csv, whichever comes when', (t) =>
  inBox(t, async (box) => {
    box.stockRow('1.0');
    let watch = box.start();
    watch.up();
    await box.pass(2);
    box.stockRow('1.1');
    await box.pass(5);
    t.strictSame(box.rows, ['1.1']);
    // The kit is taken: Asterisk writes both.
    box.row('1.2');
    box.stockRow('1.2');
    await box.pass(5);
    t.strictSame(box.rows, ['1.1', '1.2'], 'not in this life');
    await box.stop();
    box.row('1.3');
    box.stockRow('1.3');
    watch = box.start();
    watch.up();
    await box.pass(5);
    t.strictSame(box.rows.filter((id) => id === '1.3').length, 1);
    renameSync(box.kit, `${box.kit}.1`);
    box.row('1.4');
    await box.pass(5);
    t.equal(box.rows.at(-1), '1.4');
  }),
);

void t.test('a log that cannot be read is told once, and what AMI tells does not wait for it', (t) =>
  inBox(t, async (box) => {
    mkdirSync(box.kit);
    const watch = box.start();
    watch.up();
    await box.pass(8);
    t.notOk(watch.isCatchingUp);
    const told = (): number => box.log.lines.filter((line) => line.includes("Asterisk's own logs")).length;
    t.equal(told(), 1);
    rmSync(box.kit, { recursive: true });
    writeFileSync(box.kit, '');
    await box.pass(2);
    box.row('1.1');
    await box.pass(6);
    t.strictSame(box.rows, ['1.1']);
    t.equal(told(), 1);
  }),
);

void t.test('while the store cannot be read, and with it how far the logs were read, nothing is read', (t) =>
  inBox(t, async (box) => {
    box.isReadable = false;
    box.start().up();
    await box.pass(3);
    box.row('1.1');
    t.equal(box.checkpoints.size, 0);
    box.isReadable = true;
    box.checkpoints.set(`log ${box.queueLog}`, 'torn');
    await box.pass(3);
    t.match(box.log.lines.join('\n'), /the note of how far it was read is no good/);
    box.row('1.2');
    await box.pass(5);
    t.strictSame(box.rows, ['1.2']);
  }),
);

void t.test('calls that could not be handed over while the disk failed follow once it works', (t) =>
  inBox(t, async (box) => {
    box.start().up();
    await box.pass(3);
    const ids = Array.from({ length: 120 }, (_, n) => `1.${n}`);
    for (const id of ids) {
      box.entry(id, 'ENTERQUEUE', '', '100', '1');
      box.entry(id, 'ABANDON', '1', '1', '5');
      box.row(id);
    }
    // The disk fails with the first call, and works again before the next poll.
    let failedAt: number | undefined;
    box.isSafe = () => {
      if (box.calls.length > 0) failedAt ??= box.clock.monotonic();
      return failedAt === undefined || box.clock.monotonic() > failedAt + 500;
    };
    await box.pass(30);
    t.not(failedAt, undefined, 'it failed');
    t.strictSame(box.calls.map(({ callId }) => callId).sort(), ids.sort(), 'each once');
  }),
);

void t.test('a call that nobody saw has the recording that was written last, and the journal names the others', (t) =>
  inBox(t, async (box) => {
    box.start().up();
    await box.pass(1);
    for (const [name, at] of [
      ['q630-1.1.wav', 1_795_594_870],
      ['q631-1.1.wav', 1_795_594_880],
    ] as const) {
      writeFileSync(join(box.dir, name), '');
      utimesSync(join(box.dir, name), at, at);
    }
    box.entry('1.1', 'ENTERQUEUE', '', '100', '1');
    box.entry('1.1', 'CONNECT', '3', '1.2', '2');
    box.entry('1.1', 'COMPLETEAGENT', '3', '5', '1');
    box.row('1.1');
    await box.pass(10);
    t.match(box.calls, [{ callId: '1.1', recording: 'q631-1.1.wav' }]);
    t.strictSame(
      box.log.lines.filter((line) => line.includes('recordings')),
      ['info call 1.1 has 2 recordings, the last is told of: q631-1.1.wav, q630-1.1.wav'],
    );
  }),
);
