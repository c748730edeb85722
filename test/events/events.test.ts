import fc from 'fast-check';
import t from 'tap';
import { filePathOf } from '../../src/events/file-path.ts';
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

void t.test(
  'contract §4.14: filePath names the file below the recording folder, whatever MixMonitor was given',
  (t) => {
    const monitor = '/var/spool/asterisk/monitor';
    const cases: [string, string][] = [
      [`${monitor}/q630-1.2.wav`, 'q630-1.2.wav'],
      [`${monitor}/2026/11/22/q630.wav`, '2026/11/22/q630.wav'],
      [`${monitor}//2026/./q630.gsm`, '2026/q630.gsm'],
      ['q630-1.2.wav', 'q630-1.2.wav'],
      ['2026/11/q630.wav', '2026/11/q630.wav'],
      // Elsewhere: nothing is served, the name is for people.
      ['/recordings/q630.wav', 'q630.wav'],
      [`${monitor}/../voicemail/msg0000.wav`, 'msg0000.wav'],
      ['../voicemail/msg0000.wav', 'msg0000.wav'],
      [`${monitor}-old/q630.wav`, 'q630.wav'],
      // Asterisk writes these under another name than it was given.
      [`${monitor}/q630.wav49`, 'q630.WAV'],
      [`${monitor}/q630`, 'q630.raw'],
      // What means something else in a URL is written as a URL has it.
      [`${monitor}/O'Brien "Bob" \\ 100%? #1\n.wav`, `O'Brien "Bob" %5C 100%25%3F %231%0A.wav`],
    ];
    for (const [file, wanted] of cases) {
      t.equal(filePathOf(file, monitor), wanted, file);
      t.equal(filePathOf(file, `${monitor}/`), wanted, `${file}, folder with a slash`);
    }
    t.end();
  },
);
