import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { LinkedWatch } from './linked-watch.ts';
import { systemClock } from '../../src/system/clock.ts';
import { localTime } from '../../src/system/local-time.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';
import { FakeLog } from '../push/fakes.ts';

function lineOf(id: string): string {
  const times = Array.from({ length: 3 }, () => `"${localTime(Date.now())}"`).join();
  return `"x <1>","1","630","queues","PJSIP/trunk-1","PJSIP/800-2","Queue","630",${times},"9","4","ANSWERED","DOCUMENTATION","","${id}","","${id}",1\n`;
}

void t.test('a file that a person trims (tail > new; mv new file): no row is told under another key', async (t) => {
  const dir = makeTemp();
  const path = join(dir, 'rows.csv');
  writeFileSync(path, lineOf('1.0'));
  const checkpoints = new Map<string, string>();
  const told: string[] = [];
  const log = new FakeLog();
  const watch = new LinkedWatch({
    settings: { cdrFiles: [path], cdrTimes: 'local', queueLog: join(dir, 'queue_log') },
    checkpoints: {
      checkpoint: (name) => checkpoints.get(name),
      setCheckpoint: (name, text) => {
        checkpoints.set(name, text);
      },
      isSafe: true,
      settled: () => Promise.resolve(),
    },
    log,
    clock: systemClock,
    knowledge: { callIdOf: () => undefined, isExpected: () => false, hasRecord: () => false, hasNoQueue: () => false },
    onRow: ({ key }) => {
      told.push(key);
    },
    onCall: () => undefined,
  });
  t.teardown(async () => {
    await watch.stop();
    removeTemp(dir);
  });
  watch.start();
  await sleep(200);
  watch.up();
  await eventually('where the rows end', () => checkpoints.size > 0);
  await sleep(1_500);
  for (let n = 1; n <= 5; n++) appendFileSync(path, lineOf(`1.${n}`));
  await eventually('five rows', () => told.length >= 5);
  t.equal(told.length, 5);
  writeFileSync(`${path}.new`, readFileSync(path, 'utf8').split('\n').slice(1).join('\n'));
  renameSync(`${path}.new`, path);
  await sleep(6_000);
  t.strictSame([...new Set(told)].length, 5, `${told.slice(5).join('\n')}\n${log.lines.join('\n')}`);
});
