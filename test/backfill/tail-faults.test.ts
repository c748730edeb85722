import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { ResumableTail } from '../../src/backfill/resumable-tail.ts';
import { Tail } from '../../src/backfill/tail.ts';
import { systemClock } from '../../src/system/clock.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { FakeLog } from '../push/fakes.ts';

void t.test('a packed log that a full disk cut short does not keep the others from being read', async (t) => {
  const dir = makeTemp();
  t.teardown(() => {
    removeTemp(dir);
  });
  const path = join(dir, 'queue_log');
  writeFileSync(path, 'a|1\na|2\n');
  const position = await Tail.end(path, Date.now());
  rmSync(path);
  writeFileSync(`${path}.2.gz`, gzipSync('x|1\n'.repeat(50_000)).subarray(0, 100));
  writeFileSync(path, 'b|1\n');
  const tail = new Tail(path, position, new FakeLog(), () => Date.now());
  const got: string[] = [];
  const failures: string[] = [];
  for (let look = 0; look < 3; look++) {
    try {
      for await (const { lines } of tail.read()) got.push(...lines);
    } catch (cause) {
      failures.push(String(cause));
    }
    appendFileSync(path, `c|${look}\n`);
  }
  t.ok(got.includes('b|1'), failures.join());
});

void t.test('lines whose taker failed are given again', async (t) => {
  const dir = makeTemp();
  t.teardown(() => {
    removeTemp(dir);
  });
  const path = join(dir, 'rows');
  writeFileSync(path, '');
  const checkpoints = new Map<string, string>();
  const followed = new ResumableTail({
    path,
    checkpoints: {
      checkpoint: (name) => checkpoints.get(name),
      setCheckpoint: (name, text) => {
        checkpoints.set(name, text);
      },
      isSafe: true,
      settled: () => Promise.resolve(),
    },
    log: new FakeLog(),
    clock: systemClock,
    save: () => 0,
    restore: () => undefined,
  });
  await followed.open();
  appendFileSync(path, 'r1\nr2\n');
  await t.rejects(followed.read(() => Promise.reject(new Error('a fault in one record'))));
  appendFileSync(path, 'r3\n');
  const got: string[] = [];
  await followed.read((lines) => {
    got.push(...lines);
    return Promise.resolve(true);
  });
  t.strictSame(got, ['r1', 'r2', 'r3']);
});

void t.test('behind a hole of NULs, as a crash leaves it, the log goes on', async (t) => {
  const dir = makeTemp();
  t.teardown(() => {
    removeTemp(dir);
  });
  for (const [before, size] of [
    ['', 4_096],
    ['a|1\na|', 200_000],
    [`a|1\n${'x'.repeat(100_000)}`, 200_000],
    ['a|1\n', 1_000_000],
  ] as const) {
    const path = join(dir, `queue_log${size}${before.length}`);
    writeFileSync(path, '');
    const tail = new Tail(path, await Tail.end(path, Date.now()), new FakeLog(), () => Date.now());
    writeFileSync(path, `${before}${'\0'.repeat(size)}b|1\nb|2\n`);
    const got: string[] = [];
    for await (const { lines } of tail.read()) got.push(...lines);
    appendFileSync(path, 'b|3\n');
    for await (const { lines } of tail.read()) got.push(...lines);
    const behind = got.map((line) => line.slice(line.lastIndexOf('\0') + 1));
    t.strictSame(behind.slice(-3), ['b|1', 'b|2', 'b|3'], `${before.slice(0, 10)} ${size}`);
  }
});
