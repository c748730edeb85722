import t from 'tap';
import { Picture } from '../../src/picture/picture.ts';
import { spanOf } from '../../src/picture/cdr-row.ts';
import { RowReader } from '../../src/backfill/row.ts';
import { localMoments, localTime } from '../../src/system/local-time.ts';
import { channel, event, none, settings } from './messages.ts';

process.env['TZ'] = 'Europe/Berlin';

/** 2026-10-25: at 03:00 CEST the clock is set back to 02:00 CET. */
const setBack = Date.UTC(2026, 9, 25, 1);
const minute = 60_000;

/** Seconds as Asterisk writes them. */
const seconds = (ms: number): string => String(ms / 1000);

function row(from: number, to: number, uniqueId: string): Parameters<typeof spanOf>[0] {
  const text = { callerId: '', source: '800', destination: '801', lastApplication: 'Dial', lastData: 'SIP/801' };
  const times = { startTime: localTime(from), answerTime: localTime(from), endTime: localTime(to) };
  const long = { duration: seconds(to - from), billableSeconds: seconds(to - from), disposition: 'ANSWERED' };
  return { ...text, ...times, ...long, channel: 'SIP/800-1', destinationChannel: 'SIP/801-2', uniqueId };
}

void t.test('a local time in the hour that comes twice is two moments, any other is one', (t) => {
  t.strictSame(localMoments('2026-10-25 02:05:00'), [setBack - 55 * minute, setBack + 5 * minute]);
  t.strictSame(localMoments('2026-10-25 01:59:59'), [setBack - 60 * minute - 1000]);
  t.strictSame(localMoments('2026-10-25 03:00:00'), [setBack + 60 * minute]);
  t.strictSame(localMoments('2026-03-29 02:30:00').length, 1, 'an hour that never was');
  t.strictSame(localMoments('none'), []);
  t.end();
});

void t.test(
  'contract §3.6 recordfile: a recording begun before the clock was set back, of a row that ends after it',
  (t) => {
    const [began, recorded, ended] = [setBack - 3 * minute, setBack - 2 * minute, setBack + 5 * minute];
    const at = (fields: Record<string, string>, moment: number): Record<string, string> => ({
      ...fields,
      Timestamp: `${seconds(moment)}.5`,
    });
    const id = `${seconds(began)}.7`;
    const picture = new Picture(settings);
    picture.resync(none, began);
    const of = (name: string, uniqueid: string): Record<string, string> => channel(name, uniqueid, { Linkedid: id });
    picture.apply(event('Newchannel', at(of('SIP/800-1', id), began)), began);
    picture.apply(event('BridgeEnter', at({ ...of('SIP/800-1', id), BridgeUniqueid: 'b' }, began)), began);
    const variable = { Variable: 'MIXMONITOR_FILENAME', Value: '/var/spool/asterisk/monitor/a.wav' };
    picture.apply(event('VarSet', at({ ...of('SIP/800-1', id), ...variable }, recorded)), recorded);
    const cdr = (from: number, to: number): unknown => {
      const own = row(from, to, id);
      const fields = {
        UniqueID: id,
        Disposition: own.disposition,
        StartTime: own.startTime,
        AnswerTime: own.answerTime,
        EndTime: own.endTime,
        Duration: own.duration,
        Channel: own.channel,
        DestinationChannel: own.destinationChannel,
      };
      const [change] = picture.apply(event('Cdr', at(fields, to)), to);
      return change?.type === 'cdr' ? change.recording?.file : change;
    };
    t.equal(cdr(began, ended), '/var/spool/asterisk/monitor/a.wav');
    t.equal(cdr(setBack - 60 * minute, setBack - 55 * minute), undefined, 'over before it was begun');
    t.end();
  },
);

void t.test(
  'when a row was, in the hour that comes twice, is told by its duration, its Uniqueid or who told of it',
  (t) => {
    for (const from of [setBack - 55 * minute, setBack - 3 * minute, setBack + 5 * minute, setBack + 59 * minute]) {
      const to = from + 7 * minute;
      const id = `box-${seconds(from - 2000)}.1`;
      t.strictSame(spanOf(row(from, to, id)), { from, to }, `by its Uniqueid: ${localTime(from)}`);
      t.strictSame(spanOf(row(from, to, 'crm-1'), to + 40), { from, to }, `by who told of it: ${localTime(from)}`);
    }
    t.end();
  },
);

void t.test('a row of Master.csv in GMT is never ambiguous', (t) => {
  const gmt = (moment: number): string => new Date(moment).toISOString().slice(0, 19).replace('T', ' ');
  for (const from of [setBack - 55 * minute, setBack + 5 * minute]) {
    const times = [from, from, from + minute].map((moment) => `"${gmt(moment)}"`).join();
    const line = `"","1","630","queues","x","SIP/a-1","SIP/800-2","Queue","630",${times},60,60,"ANSWERED","DOCUMENTATION","crm-1",""`;
    t.match(new RowReader('gmt').read(line), { span: { from, to: from + minute } });
  }
  t.end();
});
