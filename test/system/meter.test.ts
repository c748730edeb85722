import t from 'tap';
import { exposition } from '../../src/system/exposition.ts';
import { Counter, Histogram } from '../../src/system/meter.ts';

void t.test('a counter counts by the values of its labels', (t) => {
  const counter = new Counter(['queue', 'cause']);
  counter.add(['630', 'NO_ASSIGN']);
  counter.add(['630', 'NO_ASSIGN'], 2);
  counter.add(['631', 'NO_ASSIGN']);
  t.strictSame(counter.samples(), [
    { suffix: '', labels: { queue: '630', cause: 'NO_ASSIGN' }, value: 3 },
    { suffix: '', labels: { queue: '631', cause: 'NO_ASSIGN' }, value: 1 },
  ]);
  t.end();
});

void t.test('what others name does not fill the memory: the further series share one', (t) => {
  const counter = new Counter(['name']);
  for (let i = 0; i < 2_000; i++) counter.add([`name ${i}`]);
  const samples = counter.samples();
  t.equal(samples.length, 501);
  t.strictSame(samples.at(-1), { suffix: '', labels: { name: 'other' }, value: 1_500 });
  counter.add(['name 3']);
  t.equal(counter.samples()[3]?.value, 2, 'those that were there go on');
  t.end();
});

void t.test('a histogram: each bucket holds those before it, and one that equals its end', (t) => {
  const histogram = new Histogram(['path'], [0.1, 1]);
  for (const seconds of [0.05, 0.1, 0.5, 7]) histogram.observe(['/x'], seconds);
  t.strictSame(
    histogram.samples().map(({ suffix, labels, value }) => [suffix, labels['le'], value]),
    [
      ['_bucket', '0.1', 2],
      ['_bucket', '1', 3],
      ['_bucket', '+Inf', 4],
      ['_sum', undefined, 7.65],
      ['_count', undefined, 4],
    ],
  );
  t.end();
});

void t.test('the text: escapes of the format, and nothing of a metric without numbers', (t) => {
  const sample = { suffix: '', labels: { name: 'a"b\\c\nd' }, value: Infinity };
  const metrics = [
    { name: 'one', type: 'gauge', help: 'One.', samples: [sample] },
    { name: 'none', type: 'counter', help: 'None.', samples: [] },
  ] as const;
  t.equal(exposition(metrics), '# HELP one One.\n# TYPE one gauge\none{name="a\\"b\\\\c\\nd"} +Inf\n');
  t.end();
});
