import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { parseRange } from '../../src/http/range.ts';

void t.test('Range (RFC 9110 §14)', (t) => {
  t.strictSame(parseRange('bytes=0-3', 10), { start: 0, end: 3 });
  t.strictSame(parseRange('bytes=4-', 10), { start: 4, end: 9 });
  t.strictSame(parseRange('bytes=-3', 10), { start: 7, end: 9 });
  t.strictSame(parseRange('bytes=-30', 10), { start: 0, end: 9 });
  t.strictSame(parseRange('bytes=0-999', 10), { start: 0, end: 9 });
  for (const none of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) t.equal(parseRange(none, 10), 'none', none);
  t.equal(parseRange('bytes=0-', 0), 'none');
  for (const all of [
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=3-2',
    'bytes=0-1,4-5',
    'lines=0-1',
    'bytes=a-b',
    `bytes=${'9'.repeat(400)}-`,
  ]) {
    t.equal(parseRange(all, 10), 'all', String(all));
  }
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(), fc.nat(), (text, from, to, size) => {
      for (const header of [text, `bytes=${text}`, `bytes=${from}-${to}`]) {
        const range = parseRange(header, size);
        if (typeof range === 'object') assert.ok(0 <= range.start && range.start <= range.end && range.end < size);
      }
    }),
  );
  t.end();
});
