import t from 'tap';
import { cpuTime, cpuTimeIn, disk, humanSize, memory, memoryIn, uptime } from '../../src/system/machine.ts';

void t.test('what /proc says', (t) => {
  const stat = 'cpu  100 20 30 4000 50 6 7 8 90 10\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n';
  t.strictSame(cpuTimeIn(stat), { total: 4221, used: 171 }, 'guests are part of users');
  t.strictSame(cpuTimeIn('cpu  100 20 30 4000\n'), { total: 4150, used: 150 }, 'an old kernel');
  const meminfo = 'MemTotal:        4030412 kB\nMemFree:          123 kB\nMemAvailable:    3218068 kB\n';
  t.strictSame(memoryIn(meminfo), { total: 4030412, used: 812344 });
  t.end();
});

void t.test('sizes as df -h writes them', (t) => {
  const sizes: readonly [bytes: number, text: string][] = [
    [0, '0'],
    [1023, '1023'],
    [1024, '1.0K'],
    [1025, '1.1K'],
    [9.9 * 1024, '9.9K'],
    [9.95 * 1024, '10K'],
    [10 * 1024 + 1, '11K'],
    [1023.5 * 1024, '1.0M'],
    [6.15 * 2 ** 30, '6.2G'],
    [50 * 2 ** 30, '50G'],
    [1.5 * 2 ** 40, '1.5T'],
  ];
  for (const [bytes, text] of sizes) t.equal(humanSize(bytes), text, String(bytes));
  t.end();
});

void t.test('this machine', async (t) => {
  const [one, mem, root, seconds] = [await cpuTime(), await memory(), await disk('/'), await uptime()];
  t.ok(one.used > 0 && one.total > one.used);
  t.ok(mem.used > 0 && mem.total > mem.used);
  t.ok(root.used > 0 && root.total >= root.used);
  t.ok(Number.isSafeInteger(seconds) && seconds > 0);
  const until = performance.now() + 50;
  while (performance.now() < until);
  t.ok((await cpuTime()).used > one.used, 'working shows');
});
