import fc from 'fast-check';
import t from 'tap';
import { eventWait, probeWait, retryAfter } from '../../src/push/schedule.ts';

void t.test('waits before attempts: 0, 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, 2 h …', (t) => {
  const seconds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((attempt) => eventWait(attempt, 0.5) / 1000);
  t.strictSame(seconds, [0, 5, 30, 120, 600, 1800, 3600, 7200, 7200, 7200]);
  t.equal(eventWait(2, 0), 4000);
  t.equal(eventWait(9, 0.5, 30_000), 30_000);
  t.equal(probeWait(4, 0.5), 10_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, random) => {
        const middle = eventWait(attempt, 0.5);
        const wait = eventWait(attempt, random);
        return Number.isInteger(wait) && wait >= 0.8 * middle && wait <= 1.2 * middle;
      },
    ),
  );
  t.end();
});

void t.test('Retry-After: seconds or HTTP-date, at most an hour; nonsense is ignored (RFC 9110 §10.2.3)', (t) => {
  const now = Date.parse('Sun, 06 Nov 1994 08:49:37 GMT');
  t.equal(retryAfter('120', now), 120_000);
  t.equal(retryAfter(' 0 ', now), 0);
  t.equal(retryAfter('9'.repeat(400), now), 3_600_000);
  t.equal(retryAfter('Sun, 06 Nov 1994 08:50:07 GMT', now), 30_000);
  t.equal(retryAfter('Sun, 06 Nov 1994 08:00:00 GMT', now), 0, 'past');
  t.equal(retryAfter('Mon, 07 Nov 1994 08:49:37 GMT', now), 3_600_000);
  for (const bad of [undefined, '', 'soon', '-5', '1.5', '0x10', 'Sun, 99 Nov 1994 08:49:37 GMT'])
    t.equal(retryAfter(bad, now), undefined, String(bad));
  fc.assert(
    fc.property(fc.string(), (text) => {
      const wait = retryAfter(text, now);
      return wait === undefined || (wait >= 0 && wait <= 3_600_000);
    }),
  );
  t.end();
});
