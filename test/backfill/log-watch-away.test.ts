import { appendFileSync, mkdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { LogSettings } from '../../src/backfill/log-watch.ts';
import { LinkedWatch } from './linked-watch.ts';
import type { Knowledge } from '../../src/backfill/missed-calls.ts';
import type { LoggedCall } from '../../src/backfill/logged-call.ts';
import { systemClock } from '../../src/system/clock.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';
import { FakeLog } from '../push/fakes.ts';

function lineOf(id: string): string {
  const times = ['10:00:00', '10:00:01', '10:00:09'].map((time) => `"2026-11-25 ${time}"`).join();
  return `"x <1>","1","630","queues","PJSIP/trunk-1","PJSIP/800-2","Queue","630",${times},"9","4","ANSWERED","DOCUMENTATION","","${id}","","${id}",1\n`;
}

function lost(id: string, at = 1_795_594_860): string {
  return `${at}|${id}|630|NONE|ENTERQUEUE||85322361|1\n${at + 20}|${id}|630|NONE|ABANDON|1|1|20\n`;
}

/** The logs of an Asterisk in a folder, and the watch on them; `start` starts the daemon with AMI there. */
class Box {
  readonly dir = makeTemp();
  readonly log = new FakeLog();
  readonly checkpoints = new Map<string, string>();
  readonly rows: string[] = [];
  readonly calls: LoggedCall[] = [];
  readonly told = new Set<string>();
  watch: LinkedWatch | undefined;

  constructor(t: Test) {
    t.teardown(async () => {
      await this.stop();
      removeTemp(this.dir);
    });
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  async start(settings: Partial<LogSettings> = {}): Promise<void> {
    const knowledge: Knowledge = {
      callIdOf: () => undefined,
      isExpected: () => false,
      hasRecord: (id) => this.told.has(id),
      hasNoQueue: () => false,
    };
    this.watch = new LinkedWatch({
      settings: { cdrFiles: [this.path('rows.csv')], cdrTimes: 'local', queueLog: this.path('queue_log'), ...settings },
      checkpoints: {
        checkpoint: (name) => this.checkpoints.get(name),
        setCheckpoint: (name, text) => this.checkpoints.set(name, text),
        isSafe: true,
        settled: () => Promise.resolve(),
      },
      log: this.log,
      clock: systemClock,
      knowledge,
      onRow: ({ row }) => {
        this.rows.push(row.uniqueId);
      },
      onCall: (call) => {
        this.told.add(call.callId);
        this.calls.push(call);
      },
    });
    this.watch.start();
    await sleep(200);
    this.watch.up();
  }

  async stop(): Promise<void> {
    const { watch } = this;
    this.watch = undefined;
    await watch?.stop();
  }
}

t.jobs = 8;

void t.test('more callers than 2,000 while the daemon was away: each has its record', async (t) => {
  const box = new Box(t);
  writeFileSync(box.path('queue_log'), '');
  writeFileSync(box.path('rows.csv'), '');
  await box.start();
  await box.stop();
  // Half an hour apart: no two of them are in the queue at the same time.
  for (let n = 0; n < 2_500; n++) appendFileSync(box.path('queue_log'), lost(`1.${n}`, 1_795_594_860 + 1_800 * n));
  for (let n = 0; n < 2_500; n++) appendFileSync(box.path('rows.csv'), lineOf(`1.${n}`));
  await box.start();
  await eventually('every call', () => box.calls.length >= 2_500);
  t.equal(new Set(box.calls.map(({ callId }) => callId)).size, 2_500);
});

void t.test('rows are found though queue_log cannot be read', async (t) => {
  const box = new Box(t);
  writeFileSync(box.path('rows.csv'), lineOf('1.1'));
  mkdirSync(box.path('queue_log'));
  await box.start();
  await eventually('where the rows end', () => box.checkpoints.size > 0);
  appendFileSync(box.path('rows.csv'), lineOf('1.2'));
  await eventually('the row', () => box.rows.length > 0);
  t.strictSame(box.rows, ['1.2'], box.log.lines.join('\n'));
});

void t.test('callers are found once the rows that prove them can be read again', async (t) => {
  const box = new Box(t);
  writeFileSync(box.path('rows.csv'), lineOf('1.1'));
  writeFileSync(box.path('queue_log'), '');
  await box.start();
  await eventually('where the logs end', () => box.checkpoints.size > 1);
  await sleep(1_500);
  renameSync(box.path('rows.csv'), box.path('rows.csv.old'));
  mkdirSync(box.path('rows.csv'));
  appendFileSync(box.path('queue_log'), lost('1.2'));
  await sleep(9_000);
  t.strictSame(box.calls, []);
  rmdirSync(box.path('rows.csv'));
  renameSync(box.path('rows.csv.old'), box.path('rows.csv'));
  appendFileSync(box.path('rows.csv'), lineOf('1.2'));
  await eventually('the call', () => box.calls.length > 0);
  t.strictSame(
    box.calls.map(({ callId }) => callId),
    ['1.2'],
    box.log.lines.join('\n'),
  );
});

void t.test(
  'the file that was read is read on, though it is just rotated and an old Master.csv lies about',
  async (t) => {
    const box = new Box(t);
    const cdrFiles = [box.path('coocenter.csv'), box.path('Master.csv')];
    writeFileSync(box.path('queue_log'), '');
    writeFileSync(box.path('Master.csv'), 'of years ago\n');
    writeFileSync(box.path('coocenter.csv'), lineOf('1.1'));
    await box.start({ cdrFiles });
    await eventually('where the logs end', () => box.checkpoints.size > 1);
    await sleep(1_500);
    await box.stop();
    // The daemon is down: two rows, logrotate without `create`, and no call since.
    appendFileSync(box.path('coocenter.csv'), lineOf('1.2') + lineOf('1.3'));
    renameSync(box.path('coocenter.csv'), box.path('coocenter.csv.1'));
    await box.start({ cdrFiles });
    await eventually('the rows of before', () => box.rows.includes('1.3'));
    appendFileSync(box.path('coocenter.csv'), lineOf('1.4'));
    await eventually('the last row', () => box.rows.includes('1.4'));
    t.strictSame(box.rows, ['1.2', '1.3', '1.4'], 'with AMI away for all of them');
  },
);

void t.test('a stop while a long log is read: nothing is told of a call that was read by half', async (t) => {
  const box = new Box(t);
  writeFileSync(box.path('queue_log'), '');
  writeFileSync(box.path('rows.csv'), '');
  await box.start();
  await box.stop();
  const filler = '1795594870|NONE|630|PJSIP/800|PAUSE|lunch\n'.repeat(20_000);
  appendFileSync(box.path('queue_log'), '1795594860|1.1|630|NONE|ENTERQUEUE||85322361|1\n');
  for (let n = 0; n < 120; n++) appendFileSync(box.path('queue_log'), filler);
  appendFileSync(
    box.path('queue_log'),
    '1795594880|1.1|630|805|CONNECT|20|1.99|3\n1795594900|1.1|630|805|COMPLETEAGENT|20|20|1\n',
  );
  appendFileSync(box.path('rows.csv'), lineOf('1.1'));
  await box.start();
  await sleep(8_000);
  await box.stop();
  t.strictSame(box.calls, [], 'half of the log is read');
  await box.start();
  await eventually('the call', () => box.calls.length > 0);
  t.match(box.calls, [{ visits: [{ outcome: 'answered' }] }]);
});
