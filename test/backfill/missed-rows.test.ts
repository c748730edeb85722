import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { SavedRows } from '../../src/backfill/missed-rows.ts';
import { MissedRows } from '../../src/backfill/missed-rows.ts';
import type { LogRow } from '../../src/backfill/row.ts';
import { RowReader } from '../../src/backfill/row.ts';
import { rowKeyOf } from '../../src/picture/cdr-row.ts';

interface Times {
  readonly start?: string;
  readonly end?: string;
  readonly duration?: number;
}

function lineOf(id: string, { start = '10:00:00', end = '10:00:09', duration = 9 }: Times = {}): string {
  const times = [start, start, end].map((time) => `"2026-11-25 ${time}"`).join();
  return `"x <1>","1","630","queues","PJSIP/trunk-1","PJSIP/800-2","Queue","630",${times},"${duration}","4","ANSWERED","DOCUMENTATION","","${id}","","${id}",1`;
}

function rowOf(line: string): LogRow {
  const row = new RowReader('local').read(line);
  if (typeof row === 'string') throw new Error(row);
  return row;
}

function find(rows: MissedRows, line: string, now: number): void {
  rows.found(rowOf(line), line, now);
}

/** AMI tells of a row, the first of its kind. */
function give(rows: MissedRows, line: string): void {
  const row = rowOf(line);
  rows.gave({ row, key: `${rowKeyOf(row)}|0` });
}

const keysOf = (missed: readonly { readonly key: string }[]): string[] => missed.map(({ key }) => key);

void t.test('a row that AMI tells of within its time, before or after the file has it, is not missed', (t) => {
  const rows = new MissedRows();
  const line = lineOf('1.1');
  give(rows, line);
  find(rows, line, 0);
  t.strictSame(rows.due(10_000, false), []);
  find(rows, lineOf('1.2'), 10_000);
  t.strictSame(rows.due(12_900, false), [], 'AMI has its time');
  give(rows, lineOf('1.2'));
  t.strictSame(rows.due(20_000, false), []);
  find(rows, lineOf('1.3'), 20_000);
  t.strictSame(keysOf(rows.due(23_000, false)), [`${rowKeyOf(rowOf(lineOf('1.3')))}|0`], 'it had it');
  t.strictSame(rows.due(30_000, false), [], 'once');
  find(rows, lineOf('1.4'), 30_000);
  t.strictSame(rows.due(30_000, true).length, 1, 'what AMI will not tell of is missed at once');
  t.end();
});

void t.test('identical rows are told apart', (t) => {
  const rows = new MissedRows();
  const line = lineOf('1.1');
  give(rows, line);
  for (let n = 0; n < 3; n++) find(rows, line, 0);
  const key = rowKeyOf(rowOf(line));
  t.strictSame(keysOf(rows.due(5_000, false)), [`${key}|1`, `${key}|2`], 'AMI told of the first');
  const next = new MissedRows();
  next.restore(rows.saved, rowOf, 0);
  find(next, line, 0);
  t.strictSame(keysOf(next.due(5_000, false)), [`${key}|3`], 'over a restart too');
  t.end();
});

void t.test('a row that AMI told of with times of another zone is not missed', (t) => {
  const rows = new MissedRows();
  give(rows, lineOf('1.1', { start: '18:00:00', end: '18:00:09' }));
  find(rows, lineOf('1.1'), 0);
  t.strictSame(rows.due(5_000, false), []);
  t.ok(rows.isOtherZone);
  give(rows, lineOf('1.2', { start: '10:00:10', end: '10:00:19' }));
  find(rows, lineOf('1.2'), 5_000);
  t.equal(rows.due(10_000, false).length, 1, 'ten seconds are no zone: it is another row of that call');
  t.end();
});

/**
 * A box in which rows are written, told by AMI or not, and the daemon crashes and goes on from its last checkpoint. What is
 * told twice must be told under the same key: the store takes each key once.
 */
void t.test('whatever AMI misses and whenever the daemon dies, each row is told under one key of its own', (t) => {
  const step = fc.oneof(
    // Few ids and times: many rows are alike.
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('row' as const),
        id: fc.constantFrom('1.1', '1.2'),
        isTold: fc.boolean(),
        isLate: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.constant({ do: 'look' as const }) },
    { weight: 3, arbitrary: fc.constant({ do: 'glance' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'save' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'die' as const }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const file: string[] = [];
      const told = new Set<string>();
      let now = 0;
      let rows = new MissedRows();
      let at = 0;
      let saved: { at: number; kept: SavedRows } = { at: 0, kept: { waiting: [], recent: [] } };
      // As AMI's own handler counts, anew in each process (picture/handlers/cdr.ts).
      let counts = new Map<string, number>();
      let late: LogRow[] = [];
      const give = (row: LogRow): void => {
        const key = rowKeyOf(row);
        const ordinal = counts.get(key) ?? 0;
        counts.set(key, ordinal + 1);
        told.add(`${key}|${ordinal}`);
        rows.gave({ row, key: `${key}|${ordinal}` });
      };
      const glance = (): void => {
        for (const line of file.slice(at)) find(rows, line, now);
        at = file.length;
      };
      const look = (isAll: boolean): void => {
        glance();
        now += 1_000;
        for (const row of late) give(row);
        late = [];
        now += 5_000;
        for (const { key } of rows.due(now, isAll)) told.add(key);
      };
      for (const one of steps) {
        switch (one.do) {
          case 'row': {
            const line = lineOf(one.id);
            file.push(line);
            if (one.isTold && one.isLate) late.push(rowOf(line));
            else if (one.isTold) give(rowOf(line));
            break;
          }
          case 'look':
            look(false);
            break;
          case 'glance':
            glance();
            for (const { key } of rows.due(now, false)) told.add(key);
            break;
          case 'save':
            saved = { at, kept: rows.saved };
            break;
          case 'die':
            rows = new MissedRows();
            counts = new Map();
            late = [];
            at = saved.at;
            rows.restore(saved.kept, rowOf, now);
            look(true);
        }
      }
      look(true);
      const wanted = new Set<string>();
      for (const [index, line] of file.entries()) {
        wanted.add(`${rowKeyOf(rowOf(line))}|${file.slice(0, index).filter((other) => other === line).length}`);
      }
      assert.deepEqual([...told].sort(), [...wanted].sort());
    }),
    { numRuns: 2_000 },
  );
  t.pass();
  t.end();
});
