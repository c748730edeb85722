import t from 'tap';
import type { Format, Stored } from '../../../src/events/formats/format.ts';
import { formats } from '../../../src/events/formats/list.ts';

const createdAt = Date.UTC(2026, 10, 22, 15, 37, 42, 609);
const mac = '68:69:2e:03:8b:3e';

function stored(body: Readonly<Record<string, unknown>> & { readonly event: string }, extra?: object): Stored {
  const more = extra === undefined ? {} : { extra: JSON.stringify(extra) };
  return { id: 'abc', event: body.event, callId: '1.2', body: JSON.stringify(body), createdAt, ...more };
}

/** Fields and values in their order. */
function fields(format: Format, event: Stored): unknown {
  return Object.entries(JSON.parse(format.write(event) ?? '{}') as object);
}

const cdr = {
  event: 'cdr',
  callerid: '"張 \\"三\\"" <1001>',
  source: '1001',
  destination: '1002',
  starttime: '2020-07-15 15:52:02',
  answertime: '2020-07-15 15:52:10',
  endtime: '2020-07-15 15:53:26',
  disposition: 'ANSWERED',
  duration: '84',
  billableseconds: '76',
  calltype: '',
  recordfile: 'q630-1.wav',
  uniqueid: '1594799522.12',
  mac,
  linkedid: '1594799522.11',
  clientUserId: 'u-7',
};

const dialbegein = { event: 'dialbegein', timestamp: '1.5', channel: 'SIP/1-0', uniqueid: '1.2', mac, linkedid: '1.2' };

void t.test('coocenter is what is stored, byte for byte', (t) => {
  const text = '{"event":"cdr", "x": 1}';
  t.equal(formats.coocenter.write({ ...stored(cdr), body: text }), text);
  t.equal(formats.coocenter.nameOf('cdr'), 'cdr');
  t.end();
});

void t.test('coocenter2 (contract §5.3)', (t) => {
  const { coocenter2 } = formats;
  t.strictSame(fields(coocenter2, stored(dialbegein)), Object.entries({ ...dialbegein, event: 'dialbegin' }));
  for (const [status, told] of [
    ['hangup', 'ANSWER'],
    ['busy', 'BUSY'],
    ['chanunavail', 'CHANUNAVAIL'],
  ]) {
    const dialend = { event: 'dialend', destchannel: 'a', dialstatus: status, mac };
    t.strictSame(fields(coocenter2, stored(dialend)), Object.entries({ ...dialend, dialstatus: told }));
  }
  t.strictSame(fields(coocenter2, stored(cdr)), [
    ['event', 'cdr'],
    ['srcname', '張 \\"三\\"'],
    ['src', '1001'],
    ['dstname', ''],
    ['dst', '1002'],
    ['start', '2020-07-15 15:52:02'],
    ['answer', '2020-07-15 15:52:10'],
    ['end', '2020-07-15 15:53:26'],
    ['billsec', '76'],
    ['sessionlevel', ''],
    ['calltype', 'internal'],
    ['record_filename', 'q630-1.wav'],
    ['status', 'ANSWER'],
    ['uniqueid', '1594799522.12'],
    ['mac', mac],
    ['linkedid', '1594799522.11'],
    ['clientUserId', 'u-7'],
  ]);
  const words = (more: object): unknown => JSON.parse(coocenter2.write(stored({ ...cdr, ...more })) ?? '');
  t.match(words({ calltype: 'inbound', disposition: 'NO ANSWER', callerid: '808' }), {
    calltype: 'incoming',
    status: 'NOANSWER',
    srcname: '',
  });
  t.match(words({ calltype: 'outbound', disposition: 'BUSY' }), { calltype: 'outgoing', status: 'BUSY' });
  const ivr = { event: 'ivr', uuid: '1', mac };
  t.strictSame(fields(coocenter2, stored(ivr)), Object.entries(ivr), 'the rest as §3');
  t.end();
});

void t.test('coovox (contract §5.4): a row', (t) => {
  const extra = {
    Channel: 'SIP/1001-1',
    DestinationChannel: 'SIP/1002-2',
    LastApplication: 'Dial',
    LastData: 'SIP/1002',
  };
  const begin = [
    ['Event', 'Cdr'],
    ['Source', '1001'],
    ['Destination', '1002'],
    ['CallerID', cdr.callerid],
  ];
  const end = [
    ['StartTime', cdr.starttime],
    ['AnswerTime', cdr.answertime],
    ['EndTime', cdr.endtime],
    ['Duration', '84'],
    ['BillableSeconds', '76'],
    ['Disposition', 'ANSWERED'],
    ['UniqueID', '1594799522.12'],
    ['Uniqueid', '1594799522.12'],
    ['Linkedid', '1594799522.11'],
    ['CallerIDNum', '1001'],
    ['Exten', '1002'],
    ['CallType', 'internal'],
    ['recording_filename', 'q630-1.wav'],
    ['clientUserId', 'u-7'],
  ];
  t.strictSame(fields(formats.coovox, stored(cdr, extra)), [...begin, ...Object.entries(extra), ...end]);
  t.strictSame(
    fields(formats.coovox, stored(cdr)),
    [...begin, ...end],
    'a row stored before anybody wanted the format',
  );
  t.strictSame(fields(formats.coovox, stored({ event: 'Newchannel', Channel: 'a' })), [
    ['Event', 'Newchannel'],
    ['Channel', 'a'],
  ]);
  t.end();
});

void t.test('cloudevents', (t) => {
  t.strictSame(fields(formats.cloudevents, stored(cdr)), [
    ['specversion', '1.0'],
    ['id', 'abc'],
    ['source', 'urn:dev:mac:68692efffe038b3e'],
    ['type', 'coocenter.cdr'],
    ['subject', '1.2'],
    ['time', '2026-11-22T15:37:42.609Z'],
    ['datacontenttype', 'application/json'],
    ['data', cdr],
  ]);
  t.equal(formats.cloudevents.contentType, 'application/cloudevents+json');
  t.end();
});

void t.test('which events each format has a word for', (t) => {
  const events = ['dialbegein', 'dialend', 'hangup', 'cdr', 'cc_cdr', 'Newchannel', 'Hangup'];
  const names = (format: Format): unknown[] => events.map((event) => format.nameOf(event));
  const ours = events.slice(0, 5);
  t.strictSame(names(formats.coocenter), [...ours, undefined, undefined]);
  t.strictSame(names(formats.cloudevents), [...ours, undefined, undefined]);
  t.strictSame(names(formats.coocenter2), ['dialbegin', ...ours.slice(1), undefined, undefined]);
  t.strictSame(names(formats.coovox), [undefined, undefined, undefined, 'Cdr', undefined, 'Newchannel', 'Hangup']);
  t.end();
});

void t.test('a stored body that is no JSON object is not sent in another form', (t) => {
  for (const body of ['', '{', 'null', '1']) {
    for (const format of [formats.coocenter2, formats.coovox, formats.cloudevents]) {
      t.equal(format.write({ ...stored(cdr), body }), undefined, body);
    }
  }
  t.end();
});
