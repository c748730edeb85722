import fc from 'fast-check';
import t from 'tap';
import type { Span } from '../../src/events/seconds.ts';
import { seconds, total, union, without } from '../../src/events/seconds.ts';

void t.test('seconds: rounded half up, once', (t) => {
  const cases: [number, number][] = [
    [0, 0],
    [499.999, 0],
    [500, 1],
    // What is left of a half after µs were added up in floating point.
    [1_499.9999999, 2],
    [1_500, 2],
    [10_499, 10],
    [-3, 0],
  ];
  for (const [ms, wanted] of cases) t.equal(seconds(ms), wanted, `${ms} ms`);
  t.end();
});

void t.test('spans: each millisecond counts once', (t) => {
  const span = fc
    .record({ from: fc.nat(60), length: fc.nat(30) })
    .map(({ from, length }) => ({ from, to: from + length }));
  const many = fc.array(span, { maxLength: 12, size: 'max' });
  const cover = (spans: readonly Span[]): Set<number> =>
    new Set(spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at)));
  fc.assert(
    fc.property(many, many, (spans, others) => {
      const held = cover(others);
      return (
        total(spans) === cover(spans).size &&
        without(spans, others) === [...cover(spans)].filter((ms) => !held.has(ms)).length &&
        union(spans).every(({ from }, at, all) => at === 0 || from > (all[at - 1]?.to ?? Infinity))
      );
    }),
    { numRuns: 1_000 },
  );
  t.end();
});
