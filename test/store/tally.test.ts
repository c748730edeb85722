import fc from 'fast-check';
import t from 'tap';
import { Tally } from '../../src/store/tally.ts';

const name = fc.string({ unit: fc.constantFrom('8', ' ', '"', ',', '王'), maxLength: 4 });

void t.test('whatever queues and agents are called, each has its own cell', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 12 }), (places) => {
      const tally = new Tally();
      const counted = new Map<string, number>();
      for (const [queue, agent] of places) {
        tally.add({ at: 20261129, queue, agent }, { offered: 1 });
        const key = JSON.stringify([queue, agent]);
        counted.set(key, (counted.get(key) ?? 0) + 1);
      }
      t.strictSame(
        tally.changes.map(({ queue, agent, add }) => [JSON.stringify([queue, agent]), add.offered]),
        [...counted],
      );
    }),
    {
      examples: [
        [
          [
            ['8', '8 8'],
            ['8 8', '8'],
          ],
        ],
      ],
    },
  );
  t.end();
});

void t.test(
  'what was counted elsewhere adds up cell by cell, pauses by their reasons, and the longest wait stays one',
  (t) => {
    const tally = new Tally();
    const cell = { at: 20261129, queue: '630', agent: '800' };
    tally.addAll([
      { ...cell, add: { offered: 1, paused: 5 }, longest: 7, reasons: new Map([['lunch', 5]]) },
      { ...cell, agent: '801', add: { offered: 1 } },
      {
        ...cell,
        add: { offered: 2, paused: 4 },
        longest: 3,
        reasons: new Map([
          ['lunch', 1],
          ['tea', 3],
        ]),
      },
    ]);
    t.strictSame(tally.changes, [
      {
        ...cell,
        add: { offered: 3, paused: 9 },
        longest: 7,
        reasons: new Map([
          ['lunch', 6],
          ['tea', 3],
        ]),
      },
      { ...cell, agent: '801', add: { offered: 1 } },
    ]);
    t.end();
  },
);
