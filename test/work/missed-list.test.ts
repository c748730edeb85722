import fc from 'fast-check';
import t from 'tap';
import { MissedList, type Lost, type MissedChange } from '../../src/work/missed-list.ts';

const day = 24 * 3600 * 1000;
const anna = { extension: '801', name: 'anna', isAbove: false };
const bert = { extension: '802', name: 'bert', isAbove: false };
const boss = { extension: '', name: 'boss', isAbove: true };

function made(): MissedList {
  return new MissedList(() => ({ international: '', days: 7 }));
}

let calls = 0;
function lost(number: string, at: number, over: Partial<Lost> = {}): Lost {
  return {
    ...{ uuid: `1.${++calls}`, number, name: '', queue: '630', queues: ['630'], cause: 'NO_AGENT_ANSWER', wait: 9 },
    ...{ agentCode: '800', trunkNumber: '123456', hasVoicemail: false, at },
    ...over,
  };
}
const words = (changes: readonly MissedChange[]): string[] =>
  changes.map(({ what, missed }) => `${what} ${missed.number} ${missed.calls} ${missed.closed?.how ?? ''}`.trim());
const talk = (number: string, at: number, how: 'answered' | 'reached' = 'reached') => ({
  number,
  how,
  extension: '805',
  at,
});

void t.test('one row for a number, however it is written; newest first', (t) => {
  const list = made();
  const first = lost('013800138000', 1_000, { name: 'Wu Ling' });
  t.same(words(list.lost(first)), ['lost 013800138000 1']);
  t.same(list.lost(first), [], 'the same call again is no news');
  list.lost(lost('85322361', 2_000));
  const again = lost('+8613800138000', 3_000, { queue: '631', queues: ['631'], cause: 'MEMBER_CANCEL', wait: 2 });
  t.same(words(list.lost(again)), ['lost +8613800138000 2']);
  t.match(list.all, [
    {
      id: first.uuid,
      uuid: again.uuid,
      first: 1_000,
      last: 3_000,
      queue: '631',
      queues: ['630', '631'],
      name: 'Wu Ling',
    },
    { number: '85322361', calls: 1 },
  ]);
  const late = lost('13800138000', 2_000, { queue: '632', queues: ['632'], wait: 77 });
  t.match(list.lost(late), [{ what: 'lost', lostIn: late.uuid, missed: { uuid: again.uuid } }]);
  t.match(
    list.all[0],
    {
      ...{ calls: 3, first: 1_000, last: 3_000, uuid: again.uuid, number: '+8613800138000' },
      ...{ queue: '631', queues: ['630', '631', '632'], wait: 2 },
    },
    'one that is found late is not the last one',
  );
  t.end();
});

void t.test('it is closed when somebody talks to the number later, and lost anew after that', (t) => {
  const list = made();
  list.lost(lost('13800138000', 1_000));
  t.same(list.reached(talk('13800138000', 900)), [], 'they talked before, and were lost then');
  t.same(words(list.tried('013800138000')), ['tried 13800138000 1']);
  t.same(list.reached(talk('13900138000', 2_000)), []);
  const closed = list.reached(talk('008613800138000', 2_000));
  t.match(closed, [{ what: 'closed', missed: { tries: 1, closed: { how: 'reached', extension: '805', at: 2_000 } } }]);
  t.same(list.reached(talk('13800138000', 3_000)), [], 'once');
  t.same(words(list.lost(lost('13800138000', 4_000))), ['lost 13800138000 1'], 'a new one');
  t.equal(list.all.length, 2);
  t.same(words(list.reached(talk('13800138000', 5_000, 'answered'))), ['closed 13800138000 1 answered']);
  t.end();
});

void t.test('news that come late: lost before somebody talked to them', (t) => {
  const list = made();
  list.reached(talk('+8613800138000', 2_000, 'answered'));
  t.same(words(list.lost(lost('013800138000', 1_000))), ['lost 013800138000 1', 'closed 013800138000 1 answered']);
  t.same(words(list.lost(lost('013800138000', 3_000))), ['lost 013800138000 1']);
  t.end();
});

void t.test('news that come late do not hide newer ones, nor close what was opened again since', (t) => {
  const list = made();
  list.reached(talk('13800138000', 5_000, 'answered'));
  list.reached(talk('13800138000', 2_000));
  t.same(words(list.lost(lost('13800138000', 4_000))), ['lost 13800138000 1', 'closed 13800138000 1 answered']);
  const [id = ''] = list.all.map((one) => one.id);
  list.reopen(id, boss, 9_000);
  t.same(words(list.lost(lost('13800138000', 3_000))), ['lost 13800138000 2']);
  t.same(words(list.reached(talk('13800138000', 8_000))), [], 'before it was opened again');
  t.same(words(list.reached(talk('13800138000', 9_500))), ['closed 13800138000 2 reached']);
  t.end();
});

void t.test('who claims first has it; others are told who', (t) => {
  const list = made();
  const { uuid: id } = lost('85322361', 1_000);
  list.lost(lost('85322361', 1_000, { uuid: id }));
  t.match(list.claim(id, anna, 2_000), [{ what: 'claimed', missed: { claim: { extension: '801', name: 'anna' } } }]);
  t.same(list.claim(id, anna, 3_000), [], 'she has it');
  const taken = { kind: 'conflict', message: 'the missed call is claimed by anna, 801' };
  for (const worker of [bert, boss]) t.throws(() => list.claim(id, worker, 3_000), taken);
  t.throws(() => list.close(id, bert, '', '', 3_000), taken);
  t.throws(() => list.reopen(id, bert, 3_000), taken);
  t.throws(() => list.claim('none', anna, 0), { kind: 'not-found', message: 'no such missed call' });
  t.match(list.reopen(id, boss, 3_000), [{ what: 'released', missed: { claim: undefined } }]);
  list.claim(id, bert, 4_000);
  t.match(list.close(id, bert, 'sold', 'twice', 5_000), [
    {
      missed: { closed: { how: 'closed', extension: '802', name: 'bert', outcome: 'sold', note: 'twice', at: 5_000 } },
    },
  ]);
  const over = { kind: 'conflict', message: 'the missed call is closed' };
  t.throws(() => list.claim(id, bert, 6_000), over);
  t.throws(() => list.close(id, bert, '', '', 6_000), over);
  t.end();
});

void t.test('opened again: open, free, and as old as that', (t) => {
  const list = made();
  const { uuid: id } = lost('85322361', 1_000);
  list.lost(lost('85322361', 1_000, { uuid: id }));
  t.throws(() => list.reopen(id, boss, 2_000), { kind: 'conflict', message: 'the missed call is open' });
  list.claim(id, anna, 2_000);
  list.reached(talk('85322361', 3_000));
  t.match(list.reopen(id, bert, 9 * day), [{ what: 'reopened', missed: { claim: undefined, closed: undefined } }]);
  t.same(list.expire(9 * day), { changes: [], gone: [] }, 'not closed at once as too old');
  t.same(list.reached(talk('85322361', 8 * day)), [], 'nor by what was before');
  t.match(list.reached(talk('85322361', 10 * day)), [{ missed: { closings: 2 } }]);
  list.lost(lost('85322361', 11 * day, { uuid: 'newer' }));
  t.throws(() => list.reopen(id, boss, 11 * day), { message: 'the number was lost again: see the missed call newer' });
  t.end();
});

void t.test('bounded in age and number', (t) => {
  const list = made();
  for (let i = 0; i < 1_003; i++) list.lost(lost(String(10_000_000 + i), i));
  const { changes, gone } = list.expire(10_000);
  t.same(
    words(changes).sort(),
    [0, 1, 2].map((i) => `closed ${10_000_000 + i} 1 expired`),
  );
  t.same(gone, []);
  const later = list.expire(7 * day + 10_001);
  t.equal(later.changes.length, 1_000);
  t.equal(later.gone.length, 3, 'closed for as long');
  t.equal(list.expire(7 * day + 10_001).changes.length, 0);
  list.expire(15 * day);
  t.same(list.all, []);
  t.same(list.reached(talk('10000005', 15 * day)), []);
  t.end();
});

void t.test('what is kept goes on: claims, numbers, who is closed', (t) => {
  const list = made();
  const { uuid: id } = lost('85322361', 1_000);
  list.lost(lost('85322361', 1_000, { uuid: id }));
  list.claim(id, anna, 2_000);
  list.lost(lost('85322362', 1_000));
  list.reached(talk('85322362', 2_000));
  const next = made();
  for (const one of list.all) next.restore(JSON.parse(JSON.stringify(one)) as typeof one);
  t.strictSame(next.all, list.all);
  t.throws(() => next.claim(id, bert, 3_000), { message: /anna/ });
  t.same(next.reached(talk('85322362', 3_000)), []);
  t.match(next.reached(talk('085322361', 3_000)), [{ missed: { id } }]);
  t.end();
});

void t.test(
  'any order of news: a number has at most one open row, and its last one is open as long as nobody talked',
  (t) => {
    const numbers = ['85322361', '+8613800138000', '013800138000', '13800138000', '804'];
    const step = fc.record({
      kind: fc.constantFrom('lost', 'lost', 'reached', 'claim', 'close', 'reopen', 'tried'),
      number: fc.constantFrom(...numbers),
      at: fc.nat(50),
      pick: fc.nat(10),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const list = made();
        for (const { kind, number, at, pick } of steps) {
          const id = list.all[pick]?.id ?? '';
          try {
            if (kind === 'lost') list.lost(lost(number, at));
            else if (kind === 'reached') list.reached(talk(number, at));
            else if (kind === 'tried') list.tried(number);
            else if (kind === 'claim') list.claim(id, anna, at);
            else if (kind === 'close') list.close(id, boss, '', '', at);
            else list.reopen(id, boss, at);
          } catch (cause) {
            if (!(cause instanceof Error) || cause.name !== 'Refusal') throw cause;
          }
          const open = list.all.filter(({ closed }) => closed === undefined).map((one) => one.number.slice(-8));
          if (new Set(open).size !== open.length) return false;
        }
        return true;
      }),
    );
    t.end();
  },
);
