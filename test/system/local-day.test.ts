import fc from 'fast-check';
import assert from 'node:assert/strict';
import t from 'tap';
import { localDay, localHour, localTime, nextLocalHour } from '../../src/system/local-time.ts';

process.env['TZ'] = 'Europe/Berlin';

const time = (text: string): number => new Date(text.replace(' ', 'T')).getTime();

void t.test('days and hours are those of the box’s clock', (t) => {
  t.equal(localDay(time('2026-11-29 00:00:00')), 20261129);
  t.equal(localDay(time('2026-11-29 23:59:59')), 20261129);
  t.equal(localHour(time('2026-11-29 09:59:59')), 2026112909);
  t.equal(localDay(Date.UTC(2026, 10, 29, 23, 30)), 20261130, 'midnight is not that of Greenwich');
  t.end();
});

void t.test('so many months away; a day that the month lacks is its last', (t) => {
  t.equal(localDay(time('2026-11-29 12:00:00'), -13), 20251029);
  t.equal(localDay(time('2025-03-31 12:00:00'), -13), 20240229);
  t.equal(localDay(time('2026-01-31 12:00:00'), -13), 20241231);
  t.equal(localDay(time('2026-12-31 12:00:00'), 2), 20270228);
  t.end();
});

void t.test('whatever the moment and the time zone: the next hour begins soon, and is another one', (t) => {
  const moment = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
  for (const zone of ['Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns', 'UTC']) {
    process.env['TZ'] = zone;
    fc.assert(
      fc.property(moment, (at) => {
        const next = nextLocalHour(at);
        // With an hour that comes twice, and one that is longer by half of one.
        assert.ok(next > at && next - at <= 2 * 3_600_000, zone);
        assert.match(localTime(next), /:(00|30):00$/);
        const last = localHour(next - 1);
        assert.ok(
          last === localHour(at) || last === localHour(at) - 1,
          `${zone}: ${localTime(at)} to ${localTime(next)}`,
        );
      }),
    );
  }
  process.env['TZ'] = 'Europe/Berlin';
  t.equal(nextLocalHour(time('2026-03-29 01:30:00')), time('2026-03-29 03:00:00'), 'there is no hour in between');
  t.equal(nextLocalHour(time('2026-10-25 02:30:00')) - time('2026-10-25 01:30:00'), 2.5 * 3_600_000);
  t.end();
});
