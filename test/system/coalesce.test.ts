import { setImmediate as settle } from 'node:timers/promises';
import t from 'tap';
import { coalesce } from '../../src/system/coalesce.ts';

void t.test('one at a time, and once more for all that was asked for meanwhile', async (t) => {
  let atOnce = 0;
  let runs = 0;
  const ends: (() => void)[] = [];
  const ask = coalesce(async () => {
    runs++;
    t.equal(++atOnce, 1);
    await new Promise<void>((resolve) => ends.push(resolve));
    atOnce--;
  });
  for (let i = 0; i < 100; i++) ask();
  t.equal(runs, 1);
  ends.shift()?.();
  await settle();
  t.equal(runs, 2);
  ends.shift()?.();
  await settle();
  t.equal(runs, 2);
  ask();
  t.equal(runs, 3);
});
