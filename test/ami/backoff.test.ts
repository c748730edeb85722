import fc from 'fast-check';
import t from 'tap';
import { backoff } from '../../src/ami/backoff.ts';

void t.test('back-off: 0.2 s doubling to 10 s, a random half taken off', (t) => {
  const bounds = { min: 200, max: 10_000 };
  const full = [0, 1, 2, 3, 4, 5, 6, 7, 1000].map((failed) => backoff(failed, bounds, () => 0));
  t.strictSame(full, [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]);
  fc.assert(
    fc.property(fc.nat(100), (failed) => {
      const wait = backoff(failed, bounds);
      const most = Math.min(10_000, 200 * 2 ** failed);
      return wait <= most && wait >= most / 2;
    }),
  );
  t.end();
});
