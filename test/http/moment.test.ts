import fc from 'fast-check';
import t from 'tap';
import { parseMoment } from '../../src/http/moment.ts';
import { localTime } from '../../src/system/local-time.ts';

void t.test('moment: the time of the box, a whole second', (t) => {
  t.strictSame(parseMoment('2026-11-25 08:20:56'), {
    from: new Date(2026, 10, 25, 8, 20, 56).getTime(),
    to: new Date(2026, 10, 25, 8, 20, 56, 999).getTime(),
  });
  t.strictSame(parseMoment('2026-11-25T08:20:56'), parseMoment('2026-11-25 08:20:56'));
  t.end();
});

void t.test('moment: ISO 8601 with a zone, also where a query has made a space of its +', (t) => {
  const noon = Date.UTC(2026, 10, 25, 12);
  for (const [text, from] of [
    ['2026-11-25T12:00:00Z', noon],
    ['2026-11-25T20:00:00+08:00', noon],
    ['2026-11-25T20:00:00 08:00', noon],
    ['2026-11-25T06:30:00-05:30', noon],
    ['2026-11-25T12:00:00.25Z', noon + 250],
    ['2026-11-25T12:00:00.999999Z', noon + 999],
  ] as const) {
    t.equal(parseMoment(text)?.from, from, text);
  }
  t.equal(parseMoment('2026-11-25T12:00:00.250Z')?.to, noon + 250, 'a fraction is meant exactly');
  t.end();
});

void t.test('moment: what is no day or no time is none', (t) => {
  for (const bad of [
    '',
    '2026-11-25',
    '2026-02-30 00:00:00',
    '2026-13-01 00:00:00',
    '2026-00-01 00:00:00',
    '2026-11-25 24:00:00',
    '2026-11-25 08:60:00',
    '2026-11-25 08:20:60',
    '2026-11-25 8:20:00',
    '1969-12-31 00:00:00',
    '2026-11-25T08:20:00+24:00',
    '2026-11-25T08:20:00+01',
    '2026-11-25 08:20:00\n',
    '1700000000',
  ]) {
    t.equal(parseMoment(bad), undefined, JSON.stringify(bad));
  }
  t.end();
});

void t.test('moment: whatever the box prints is read back, and nothing breaks it', (t) => {
  fc.assert(
    fc.property(fc.date({ min: new Date(1970, 0, 2), max: new Date(9999, 0), noInvalidDate: true }), (date) => {
      const ms = date.getTime();
      const { from = NaN, to = NaN } = parseMoment(localTime(ms)) ?? {};
      // At the end of summer time an hour comes twice.
      const isTwice = localTime(from) === localTime(ms);
      t.ok((from <= ms && ms <= to) || isTwice, localTime(ms));
      t.strictSame(parseMoment(date.toISOString()), { from: ms, to: ms });
    }),
  );
  const near = fc.stringMatching(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+ -]\d\d:\d\d)?$/);
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      const found = parseMoment(text);
      t.ok(found === undefined || (Number.isSafeInteger(found.from) && found.to - found.from <= 3_600_999), text);
    }),
  );
  t.end();
});

void t.test('moment: in the hour that the clock of the box shows twice, both are meant', (t) => {
  const before = process.env['TZ'];
  process.env['TZ'] = 'Europe/Berlin';
  t.teardown(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  const first = Date.UTC(2026, 9, 25, 0, 5);
  t.strictSame(parseMoment('2026-10-25 02:05:00'), { from: first, to: first + 3_600_999 });
  t.strictSame(parseMoment('2026-10-25 02:05:00+01:00'), { from: first + 3_600_000, to: first + 3_600_999 });
  t.end();
});
