import t from 'tap';

import { failuresOf } from './failures.ts';

void t.test('each failed assertion, by file and subtests, once, with its diagnosis', (t) => {
  const stream = `TAP version 14
# Subtest: test/a.test.ts
    # Subtest: outer
        # Subtest: well
            ok 1 - is well
            1..1
        ok 1 - well # time=3.734ms
        # Subtest: ill
            not ok 1 - one is two
              ---
              diff: |
                -2
                +1
              ...
            not ok 2 - another
            1..2
        not ok 2 - ill # time=33.699ms
          ---
          at:
            lineNumber: 4
          ...
        1..2
    not ok 1 - outer # time=68.235ms
    not ok 2 - of later # TODO
    1..2
not ok 1 - test/a.test.ts # time=5078.864ms
# Subtest: test/b.test.ts
    ok 1 - is well
    1..1
not ok 2 - test/b.test.ts # time=14.178ms
  ---
  exitCode: 3
  ...
# { total: 6, pass: 2, fail: 3, todo: 1 }
`;
  t.same(failuresOf(stream), [
    {
      name: 'test/a.test.ts › outer › ill › one is two',
      diagnosis: ['              diff: |', '                -2', '                +1'],
    },
    { name: 'test/a.test.ts › outer › ill › another', diagnosis: [] },
    { name: 'test/b.test.ts', diagnosis: ['  exitCode: 3'] },
  ]);
  t.end();
});

void t.test('a long diagnosis is cut, and says so', (t) => {
  const block = Array.from({ length: 50 }, (_, at) => `  line ${at}`).join('\n');
  const [failure] = failuresOf(`not ok 1 - long\n  ---\n${block}\n  ...\n`);
  t.equal(failure?.diagnosis.length, 41);
  t.equal(failure?.diagnosis.at(-1), '… 10 more lines');
  t.end();
});

void t.test('nothing failed: none', (t) => {
  t.same(failuresOf('# Subtest: test/a.test.ts\n    ok 1 - x\n    1..1\nok 1 - test/a.test.ts # time=1ms\n'), []);
  t.end();
});
