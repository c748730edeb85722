import t from 'tap';
import { ccCdr } from '../../src/events/cc_cdr.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { Json } from '../../src/events/event.ts';
import { event, none, settings } from './messages.ts';

/** The cc_cdr of an outside caller for whom queue 630 rings one member; the caller hangs up after 15 s. */
function lost(
  device: string,
  steps: readonly (readonly [at: number, name: string, fields: Record<string, string>])[],
): Json {
  const picture = new Picture({ ...settings, trunks: ['SIP/trunk', 'SIP/mobile'] });
  picture.resync({ ...none, endpoints: [{ technology: 'SIP', name: '800', address: 'registers' }] }, 0);
  const caller = { Channel: 'SIP/trunk-1', Uniqueid: '1', Linkedid: '1', CallerIDNum: '0299', Exten: '630' };
  const phone = { Channel: `${device}-2`, Uniqueid: '2', Linkedid: '1', CallerIDNum: '800' };
  const dest = { DestChannel: `${device}-2`, DestUniqueid: '2', DestCallerIDNum: '630' };
  const told = [
    [0, 'Newchannel', caller],
    [0, 'QueueCallerJoin', { ...caller, Queue: '630' }],
    [1, 'Newchannel', phone],
    ...steps.map(([at, name, fields]) => [at, name, { ...caller, ...dest, Queue: '630', ...fields }] as const),
    [15, 'HangupRequest', caller],
    [15, 'QueueCallerAbandon', { ...caller, Queue: '630' }],
    [15, 'Hangup', phone],
    [15, 'Hangup', caller],
  ] as const;
  const changes = told.flatMap(([at, name, fields]) => {
    return picture.apply(event(name, { ...fields, Timestamp: String(1_000 + at) }), (1_000 + at) * 1_000);
  });
  changes.push(...picture.tick(1_020_000));
  const [body] = changes.flatMap((change) => {
    const settled = change.type === 'call-over' ? ({ ...change, type: 'call-settled', pauseTime: 0 } as const) : change;
    return ccCdr(settled, { mac: '', monitorDir: '/', ivrNames: new Map() })?.body ?? [];
  });
  return { called: body?.['called'] ?? '', agentCode: body?.['agentCode'] ?? '', ringTime: body?.['ringTime'] ?? '' };
}

const called = [1, 'AgentCalled', { Interface: 'SIP/800' }] as const;
const begun = [1, 'DialBegin', { DialString: 'SIP/800' }] as const;
const ringing = { Channel: 'SIP/800-2', Uniqueid: '2', ChannelState: '5' };
const nobody = { called: '630', agentCode: '', ringTime: '0' };
const agent = { called: '800', agentCode: '800', ringTime: '5' };

void t.test('whether a phone rang, by Asterisk’s events in any order', (t) => {
  const ended = (status: string, at = 6): [number, string, Record<string, string>] => [
    at,
    'DialEnd',
    { DialStatus: status },
  ];
  t.same(lost('SIP/800', [called, begun, [2, 'Newstate', ringing], ended('NOANSWER')]), agent);
  t.same(lost('SIP/800', [called, begun, [2, 'DialState', { DialStatus: 'RINGING' }], ended('NOANSWER')]), agent);
  t.same(lost('SIP/800', [called, [1, 'Newstate', ringing], begun, ended('NOANSWER')]), agent, 'before it is called');
  t.same(
    lost('SIP/800', [begun, [1, 'Newstate', ringing], called, ended('NOANSWER')]),
    agent,
    'before the queue says so',
  );
  t.same(lost('SIP/800', [called, begun, ended('NOANSWER')]), nobody, 'it answers nothing');
  t.same(lost('SIP/800', [called, begun, ended('BUSY', 1)]), nobody, 'it refuses at once');
  t.same(lost('SIP/800', [called]), nobody, 'it cannot be called');
  t.end();
});

void t.test('an outside line that plays its own ringing tells of none', (t) => {
  const steps = (status: string, at: number): Parameters<typeof lost>[1] => [
    [1, 'AgentCalled', { Interface: 'SIP/mobile/0911222333' }],
    [1, 'DialBegin', { DialString: 'SIP/mobile/0911222333' }],
    [at, 'DialEnd', { DialStatus: status }],
  ];
  t.match(lost('SIP/mobile', steps('NOANSWER', 6)), { called: '0911222333', ringTime: '5' });
  t.match(lost('SIP/mobile', steps('CANCEL', 6)), { called: '0911222333', ringTime: '5' });
  t.same(lost('SIP/mobile', steps('CONGESTION', 6)), nobody, 'refused, if late');
  t.same(lost('SIP/mobile', steps('NOANSWER', 2)), nobody, 'refused');
  t.end();
});
