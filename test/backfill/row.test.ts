import fc from 'fast-check';
import t from 'tap';
import { fieldsOf } from '../../src/backfill/csv.ts';
import type { LogRow } from '../../src/backfill/row.ts';
import { RowReader } from '../../src/backfill/row.ts';
import { localTime } from '../../src/system/local-time.ts';
import type { Body } from '../oracle/recorded-logs.ts';
import { bodiesOf, recorded, recordedSetups } from '../oracle/recorded-logs.ts';

/** What of a row is pushed as it stands (contract §3.6). */
function told(row: LogRow): Body {
  return {
    callerid: row.callerId,
    source: row.source,
    destination: row.destination,
    starttime: row.startTime,
    answertime: row.answerTime,
    endtime: row.endTime,
    disposition: row.disposition,
    duration: row.duration,
    billableseconds: row.billableSeconds,
    uniqueid: row.uniqueId,
  };
}

function rowsOf(lines: readonly string[], reader = new RowReader('auto')): LogRow[] {
  return lines.map((line) => {
    const row = reader.read(line);
    if (typeof row === 'string') throw new Error(`${row}: ${line}`);
    return row;
  });
}

/** The fields of a cdr that are Asterisk's own. */
function ofAsterisk(body: Body): Body {
  const ours = ['event', 'calltype', 'recordfile', 'mac'];
  return Object.fromEntries(Object.entries(body).filter(([field]) => !ours.includes(field)));
}

/** Calls are pushed in parallel: only the rows of one channel have an order. */
function byChannel(rows: readonly Body[]): Body[] {
  return rows.toSorted((a, b) => String(a['uniqueid']).localeCompare(String(b['uniqueid'])));
}

for (const setup of recordedSetups) {
  void t.test(`contract §3.6: the files of ${setup} say what AMI told, in its order`, (t) => {
    let count = 0;
    for (const one of recorded(setup)) {
      const pushed = bodiesOf(one, 'cdr').map(ofAsterisk);
      t.strictSame(byChannel(rowsOf(one.rows).map(told)), byChannel(pushed), `${one.scenario}: the kit's file`);
      t.strictSame(byChannel(rowsOf(one.master).map(told)), byChannel(pushed), `${one.scenario}: Master.csv`);
      count += pushed.length;
    }
    t.ok(count > 100, `${count} rows`);
    t.end();
  });
}

void t.test('a line is read as it was quoted, and one that is torn is none', (t) => {
  const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  const text = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', '1', '\\') });
  const plain = fc.stringMatching(/^\d*$/);
  const field = fc.oneof(
    text.map((value) => ({ value, written: quote(value) })),
    plain.map((value) => ({ value, written: value })),
  );
  fc.assert(
    fc.property(fc.array(field, { minLength: 1 }), (fields) => {
      const line = fields.map(({ written }) => written).join(',');
      t.strictSame(
        fieldsOf(line),
        fields.map(({ value }) => value),
      );
    }),
  );
  for (const torn of ['"a"b', '"a"b,c', '1\n2', '"a",b', 'a"b"']) t.equal(fieldsOf(torn), 'torn', torn);
  for (const open of ['"a', '"a""', '1,"b', '"a\n']) t.equal(fieldsOf(open), 'open', open);
  t.end();
});

void t.test('whatever a file holds, reading it does not throw', (t) => {
  const reader = new RowReader('auto');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => {
      const row = reader.read(line);
      return typeof row === 'string' || row.uniqueId !== '';
    }),
  );
  t.end();
});

void t.test('a line cut anywhere is no row, or the whole one', (t) => {
  const [one] = recorded('22-pjsip').filter(({ rows }) => rows.length > 0);
  const reader = new RowReader('local');
  let whole = 0;
  for (const line of [one?.rows[0] ?? '', one?.master[0] ?? '']) {
    const row = reader.read(line) as LogRow;
    for (let end = 0; end < line.length; end++) {
      const cut = reader.read(line.slice(0, end));
      if (typeof cut === 'string') continue;
      t.strictSame(cut, row, `cut at ${end}`);
      whole++;
    }
  }
  t.ok(whole > 0 && whole < 10, `what follows the row's own fields may be missing: ${whole}`);
  t.end();
});

/** Runs `work` as if the box were in another time zone. */
function inZone<T>(zone: string, work: () => T): T {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  try {
    return work();
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
}

void t.test('usegmtime: the times of Master.csv are told by the rows, in any time zone, and are local then', (t) => {
  const minute = 60_000;
  const zones = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'Europe/Berlin'];
  const zone = fc.constantFrom(...zones);
  const made = fc.integer({ min: Date.UTC(2024, 0, 1) / 1000, max: Date.UTC(2027, 0, 1) / 1000 });
  // A row of a call that goes on after a transfer begins when the transfer was made.
  const later = fc.oneof(fc.integer({ min: 0, max: minute }), fc.integer({ min: 0, max: 110 * minute }));
  const prefix = fc.constantFrom('', 'lab22-', 'box-7-');
  fc.assert(
    fc.property(zone, made, later, fc.boolean(), prefix, (zone, made, later, isGmt, prefix) => {
      inZone(zone, () => {
        const start = made * 1000 + later;
        const gmt = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
        const written = isGmt ? gmt : localTime;
        const times = [written(start), '', written(start + 4_000)].map((time) => `"${time}"`).join();
        const line = (times: string): string =>
          `"","808","809","internal","","SIP/808-1","SIP/809-2","Dial","SIP/809",${times},4,0,"NO ANSWER","DOCUMENTATION","${prefix}${made}.17",""`;
        const reader = new RowReader('auto');
        // Most rows begin with their channel.
        const first = `"${written(made * 1000)}"`;
        for (let n = 0; n < 3; n++) reader.read(line(`${first},"",${first}`));
        const row = reader.read(line(times)) as LogRow;
        t.strictSame([row.startTime, row.answerTime, row.endTime], [localTime(start), '', localTime(start + 4_000)]);
      });
    }),
    { numRuns: 500 },
  );
  const odd =
    '"","1","2","","","A/1","","","","2026-01-01 00:00:00","","2026-01-01 00:00:04",4,0,"BUSY","","call-17",""';
  inZone('Asia/Shanghai', () => {
    t.match(new RowReader('gmt').read(odd), { startTime: '2026-01-01 08:00:00' });
    t.match(new RowReader('local').read(odd), { startTime: '2026-01-01 00:00:00' });
    t.match(new RowReader('auto').read(odd), { startTime: '2026-01-01 00:00:00' }, 'an id that tells nothing');
  });
  t.equal(new RowReader('auto').read(odd.replace('"call-17"', '""')), 'anonymous');
  t.end();
});
