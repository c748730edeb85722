import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { currentCalls } from '../../src/http/routes/live.ts';
import { presets } from '../../src/config/presets.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { Json } from '../../src/events/event.ts';
import { ToldAsterisk } from '../picture/asterisk.ts';
import { event } from '../picture/messages.ts';
import { freepbx, pushedOf, readCapture } from '../oracle/captured.ts';
import type { Settings } from '../oracle/replay.ts';
import { replay } from '../oracle/replay.ts';

type Body = Readonly<Record<string, Json>>;

const of = (bodies: readonly Body[], ...events: Json[]): Body[] =>
  bodies.filter((body) => events.includes(body['event'] ?? ''));

/** What current-calls says in the middle of a capture, after the last event of this name. */
function callsAt(name: string, until: string): Record<string, string>[] {
  const { start, events } = readCapture(name);
  const picture = new Picture(freepbx.picture);
  picture.resync(start, 0);
  const last = events.findLastIndex((message) => message.name === until);
  for (const message of events.slice(0, last + 1)) picture.apply(message, Number(message.get('Timestamp')) * 1000);
  return currentCalls(picture, 0);
}

void t.test('an agent that calls out with the company’s number is still 101', (t) => {
  const bodies = pushedOf('16f-ocid_click');
  t.match(
    of(bodies, 'dialbegein', 'dialend').filter(({ channel }) => channel !== ''),
    [1, 2].map(() => ({ calleridnum: '101', destcalleridnum: '600555666' })),
  );
  t.match(
    of(bodies, 'hangup'),
    [1, 2].map(() => ({ calleridnum: '101', calleridname: 'Ext 101', connectedlinenum: '600555666' })),
    'both sides tell one and the same caller',
  );
  t.match(
    of(bodies, 'cdr'),
    [{ source: '910111222', callerid: '"Firm" <910111222>' }],
    'rows are as Asterisk has them',
  );
  t.match(callsAt('16f-ocid_click', 'BridgeEnter'), [
    { calleridnum: '101', calleridname: 'Ext 101', connectedlinenum: '600555666' },
    { calleridnum: '600555666', connectedlinenum: '101', connectedlinename: 'Ext 101' },
  ]);
  t.end();
});

void t.test('a call is lost for want of agents when no phone rang', (t) => {
  const [record] = of(pushedOf('16f-busy12'), 'cc_cdr');
  const lost = { missCause: 'NO_ASSIGN', ringTime: '0', agentCode: '', called: '5551010' };
  t.match(record, lost, 'the only agent talks: the queue calls the member, nobody calls a phone');
  t.end();
});

void t.test('whose phone rang last is both called and agentCode', (t) => {
  const [record] = of(pushedOf('16f-ab_order'), 'cc_cdr');
  t.match(record, { called: '102', agentCode: '102', ringTime: '3' });
  t.end();
});

void t.test('a phone that was called and did not ring could not be answered', (t) => {
  const tells = ({ name }: AmiMessage): boolean => /^(Newstate|DialState)$/.test(name);
  const phoneOf = (message: AmiMessage): string => message.get('DestChannel') || message.get('Channel');
  const onlyDialState = (status: string): ((message: AmiMessage) => AmiMessage[]) => {
    return (message) => {
      const DestUniqueid = message.get('DestUniqueid');
      const Timestamp = message.get('Timestamp');
      if (message.name === 'DialState') return [event('DialState', { DestUniqueid, Timestamp, DialStatus: status })];
      return tells(message) ? [] : [message];
    };
  };
  const { events: all } = readCapture('16f-ab_order');
  for (const [why, events, lost] of [
    [
      '103 says that it rings, the others do not answer at all',
      all.filter((message) => !tells(message) || !/^SIP\/10[12]-/.test(phoneOf(message))),
      { called: '103', agentCode: '103', ringTime: '3' },
    ],
    ['none does', all.filter((message) => !tells(message)), { called: '5551001', agentCode: '', ringTime: '0' }],
    [
      'lines outside tell of it by early audio only',
      all.flatMap(onlyDialState('PROGRESS')),
      { called: '102', agentCode: '102', ringTime: '3' },
    ],
    [
      'to be connected is not to ring',
      all.flatMap(onlyDialState('PROCEEDING')),
      { called: '5551001', agentCode: '', ringTime: '0' },
    ],
  ] as const) {
    const { pushes } = replay({ ...readCapture('16f-ab_order'), events }, events, freepbx);
    t.match(
      of(
        pushes.map(({ body }) => body),
        'cc_cdr',
      ),
      [lost],
      why,
    );
  }
  t.end();
});

void t.test('a number that a menu’s key dials through a trunk', (t) => {
  const issabel: Settings = { ...freepbx, picture: { ...freepbx.picture, ...presets.issabel, ivr: ['ivr_*'] } };
  const transcript = readCapture('16u-menu_dial');
  const bodies = replay(transcript, transcript.events, issabel).pushes.map(({ body }) => body);
  t.match(of(bodies, 'dialbegein', 'dialend'), [{ destcalleridnum: '2100' }, { destcalleridnum: '2100' }]);
  t.match(of(bodies, 'hangup'), [{ connectedlinenum: '2100' }, { connectedlinenum: '2100' }]);
  t.match(of(bodies, 'cc_cdr'), [{ called: '2100', agents: [{ agent: '2100' }], caller: '34600111222' }]);
  t.end();
});

void t.test('a member whose phone is forwarded to the outside', (t) => {
  const bodies = pushedOf('16f-cf_agent');
  t.match(of(bodies, 'dialbegein'), [{ calleridnum: '34600111222', destcalleridnum: '600123123' }]);
  t.match(
    of(bodies, 'cc_cdr'),
    [{ called: '600123123', agentCode: '101' }],
    'the member, and the number that was rung',
  );
  t.match(
    callsAt('16f-cf_agent', 'BridgeEnter').map(({ calleridnum, connectedlinenum }) => [calleridnum, connectedlinenum]),
    [
      ['34600111222', '600123123'],
      ['600123123', '34600111222'],
    ],
  );
  t.end();
});

void t.test('a caller whose dialplan keeps the connected line from being set', (t) => {
  t.match(callsAt('16f-curr', 'BridgeEnter'), [
    { calleridnum: '34600111222', connectedlinenum: '101' },
    { calleridnum: '101', connectedlinenum: '34600111222' },
  ]);
  t.match(callsAt('16f-curr', 'DialBegin'), [{ connectedlinenum: '101' }, {}], 'while it rings, too');
  t.end();
});

void t.test('a daemon that comes into a call with somebody outside knows their number', (t) => {
  for (const name of ['16f-cf_agent', '16f-ocid_click', '16u-menu_dial']) {
    const { start, events } = readCapture(name);
    const asterisk = new ToldAsterisk(start, freepbx.picture);
    const last = events.findLastIndex((message) => message.name === 'BridgeEnter');
    for (const message of events.slice(0, last + 1)) asterisk.apply(message);
    const picture = new Picture(freepbx.picture);
    picture.resync(asterisk.lists(), 0);
    const numbers = (calls: Record<string, string>[]): string[][] =>
      calls.map(({ calleridnum = '', connectedlinenum = '' }) => [calleridnum, connectedlinenum].sort());
    t.same(numbers(currentCalls(picture, 0)), numbers(callsAt(name, 'BridgeEnter')), name);
  }
  t.end();
});
