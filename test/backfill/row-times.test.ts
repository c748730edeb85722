import t from 'tap';
import { MissedRows } from '../../src/backfill/missed-rows.ts';
import type { LogRow } from '../../src/backfill/row.ts';
import { RowReader } from '../../src/backfill/row.ts';
import { rowKeyOf } from '../../src/picture/cdr-row.ts';

/** A row of stock Asterisk's Master.csv: GMT, in a box in Shanghai. */
function lineOf(id: string): string {
  const times = ['02:00:00', '02:00:01', '02:00:09'].map((time) => `"2026-11-25 ${time}"`).join();
  return `"","1","630","queues","x","PJSIP/trunk-1","PJSIP/800-2","Queue","630",${times},"9","8","ANSWERED","DOCUMENTATION","${id}",""`;
}

void t.test('the time zone that the rows so far told is known after a restart', (t) => {
  process.env['TZ'] = 'Asia/Shanghai';
  const read = (reader: RowReader, id: string): LogRow => {
    const row = reader.read(lineOf(id));
    if (typeof row === 'string') throw new Error(row);
    return row;
  };
  const before = new RowReader('auto');
  read(before, '1795572000.5');
  // A CRM made the call, with a ChannelId of its own.
  const row = read(before, 'crm-4711');
  t.equal(row.startTime, '2026-11-25 10:00:00');
  // The daemon told of it (AMI: the same times), and dies before it saves that it was read.
  const told = `${rowKeyOf(row)}|0`;
  const after = new RowReader('auto');
  after.restore(before.hints);
  const rows = new MissedRows();
  rows.found(read(after, 'crm-4711'), lineOf('crm-4711'), 0);
  t.strictSame(
    rows.due(10_000, true).map(({ key }) => key),
    [told],
    'told again under its own key, which the store knows',
  );
  t.end();
});
