import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import { Decoder, type Forgery } from '../../src/ami/decoder.ts';
import type { AmiMessage } from '../../src/ami/message.ts';
import { eventShapes } from '../../src/ami/known-shapes.ts';
import { Picture } from '../../src/picture/picture.ts';
import { captures } from './capture.ts';
import { whole } from './whole.ts';

const greeting = 'Asterisk Call Manager/5.0.4\r\n';
const events = new Set([...Picture.events, 'Reload']);

/** What the daemon is told of these bytes, and what it is warned of. */
function read(chunks: readonly Buffer[], variables = true): { messages: AmiMessage[]; forged: Forgery[] } {
  const messages: AmiMessage[] = [];
  const forged: Forgery[] = [];
  const decoder = new Decoder({
    events,
    variables: () => variables,
    onGreeting: () => undefined,
    onMessage: (message) => messages.push(message.copy()),
    onForged: (forgery) => forged.push(forgery),
  });
  decoder.push(Buffer.from(greeting));
  for (const chunk of chunks) decoder.push(chunk);
  return { messages, forged };
}

/** Names and values of a message, for comparison. */
function fieldsOf(message: AmiMessage): Record<string, string> {
  const names = eventShapes.get(message.name)?.names ?? [];
  return Object.fromEntries(names.map((name) => [name, message.get(name)]));
}

void t.test('every event that the picture is made of has its shape', (t) => {
  for (const name of events) t.ok(eventShapes.has(name), name);
  t.end();
});

void t.test('nothing that real Asterisk wrote is taken for forged', (t) => {
  for (const { name, bytes } of captures()) {
    const { forged } = read([bytes.subarray(bytes.indexOf('\n') + 1)]);
    if (forged.length > 0) t.fail(name, { forged });
  }
  const recorded = globSync(join(import.meta.dirname, '../captures/*.ami'));
  t.ok(recorded.length > 0, 'calls through dialplans of FreePBX and Issabel');
  for (const path of recorded) {
    const bytes = readFileSync(path);
    const { messages, forged } = read([bytes.subarray(bytes.indexOf('\n') + 1)]);
    t.ok(messages.length > 0, basename(path));
    t.strictSame(forged, [], basename(path));
  }
  t.end();
});

void t.test('an event about a channel without a Uniqueid is forged', (t) => {
  const lines = ['Event: Hangup', 'Channel: SIP/800-1', 'Linkedid: 1.1', 'Cause: 16'];
  const { messages, forged } = read([Buffer.from(whole(lines) + whole([...lines, 'Uniqueid: ']))]);
  t.strictSame([messages.length, forged.length], [1, 1]);
  t.end();
});

void t.test('the fields of a debug log, of channel variables and of later versions are no forgery', (t) => {
  const event = whole([
    'Event: Hangup',
    'Timestamp: 1.000001',
    'Channel: SIP/800-1',
    'Uniqueid: 1.1',
    'Linkedid: 1.1',
    'Cause: 16',
  ]);
  const more = [
    event.replace('Channel: ', 'SequenceNumber: 7\r\nFile: x.c\r\nLine: 1\r\nFunc: f\r\nChannel: '),
    event.replace('Cause: 16', 'ChanVariable: a=b\r\nChanVariable: c=d\r\nCause: 16'),
    event.replace('Cause: 16', 'TenantID: x\r\nCause: 16'),
    event.replace(/\r\n\r\n$/, '\r\nTechCause: SIP 487\r\nFurther: x\r\n\r\n'),
    event.replace(/Cause: 16\r\n(.*)\r\n/, '$1\r\nCause: 16\r\n'),
  ];
  const { messages, forged } = read(more.map((text) => Buffer.from(text)));
  t.strictSame(
    messages.map((message) => message.get('Cause')),
    more.map(() => '16'),
  );
  t.strictSame(forged, []);
  t.end();
});

void t.test('where events have a Timestamp, one without is forged', (t) => {
  const lines = ['Event: Hangup', 'Channel: SIP/800-1', 'Uniqueid: 1.1', 'Linkedid: 1.1', 'Cause: 16'];
  const [bare, stamped, odd] = [[], ['Timestamp: 1795884437.000001'], ['Timestamp: soon']].map((more) =>
    Buffer.from(whole([...lines, ...more])),
  );
  const count = (...chunks: readonly (Buffer | undefined)[]): readonly number[] => {
    const { messages, forged } = read(chunks.filter((chunk) => chunk !== undefined));
    return [messages.length, forged.length];
  };
  t.strictSame(count(bare, bare), [2, 0], 'timestampevents is off');
  t.strictSame(count(bare, stamped, bare, stamped), [3, 1]);
  t.strictSame(count(stamped, odd, stamped), [2, 1]);
  t.strictSame(count(stamped, ...Array<Buffer | undefined>(10).fill(bare)), [7, 4], 'timestampevents was switched off');
  t.end();
});

/** Events as they come while a caller from outside is in a queue: `FIELD` stands where their own words do. */
const channel = [
  'Channel: PJSIP/trunk-00000001',
  'ChannelState: 6',
  'ChannelStateDesc: Up',
  'Language: en',
  'Context: from-trunk',
  'Priority: 1',
  'Uniqueid: 1795884437.1',
  'Linkedid: 1795884437.1',
];
const carriers: readonly (readonly [what: string, event: string])[] = [
  ['From user', whole(['Event: Newchannel', ...channel, 'CallerIDNum: FIELD', 'Exten: 123456'])],
  ['display name', whole(['Event: Newstate', ...channel, 'CallerIDName: FIELD', 'Exten: 123456'])],
  ['dialled number', whole(['Event: Newchannel', ...channel, 'Exten: FIELD'])],
  [
    'dialled number, in an argument',
    whole(['Event: Newexten', ...channel, 'Exten: FIELD', 'Extension: FIELD', 'Application: NoOp', 'AppData: FIELD']),
  ],
  [
    'PAI, as connected line',
    whole(['Event: NewConnectedLine', ...channel, 'ConnectedLineNum: FIELD', 'ConnectedLineName: FIELD']),
  ],
  [
    'Diversion, in an argument',
    whole(['Event: Newexten', ...channel, 'Extension: s', 'Application: Set', 'AppData: FIELD']),
  ],
  [
    'From user of who is called',
    whole([
      'Event: DialBegin',
      ...channel,
      'CallerIDNum: FIELD',
      'DestChannel: PJSIP/800-1',
      'DestConnectedLineNum: FIELD',
      'DestUniqueid: 1.2',
      'DestLinkedid: 1.1',
    ]),
  ],
  [
    'From user in a hangup',
    whole(['Event: Hangup', ...channel, 'CallerIDNum: FIELD', 'Cause: 16', 'Cause-txt: Normal Clearing']),
  ],
  [
    'From user in a call detail record',
    whole(['Event: Cdr', 'Source: FIELD', 'CallerID: "x" <FIELD>', 'UniqueID: 1795884437.1']),
  ],
  [
    'From user where nobody reads it',
    whole(['Event: VarSet', ...channel, 'CallerIDNum: FIELD', 'Variable: x', 'Value: y']),
  ],
  [
    'From user in an event of another kind',
    `Event: MusicOnHoldStart\r\nPrivilege: call,all\r\n${['Channel: c', 'CallerIDNum: FIELD', 'CallerIDName: FIELD', 'ConnectedLineNum: 1', 'ConnectedLineName: 1', 'Language: en', 'AccountCode: ', 'Context: c', 'Exten: FIELD', 'Priority: 1', 'Uniqueid: 1.1', 'Linkedid: 1.1'].join('\r\n')}\r\nClass: default\r\n\r\n`,
  ],
  [
    'user of a login',
    'Event: InvalidAccountID\r\nPrivilege: security,all\r\nAccountID: FIELD\r\nSessionID: 1\r\nLocalAddress: a\r\nRemoteAddress: b\r\n\r\n',
  ],
];
const after = whole([
  'Event: Hangup',
  'Timestamp: 1795884438.000001',
  'Channel: SIP/801-1',
  'Uniqueid: 9.9',
  'Linkedid: 9.9',
  'Cause: 16',
  'Cause-txt: x',
]);

/** A complete event of each kind, as an attacker writes it who has read our source. */
const forgedEvents = [...events].map((name) =>
  whole([
    `Event: ${name}`,
    'Timestamp: 1795884437.000001',
    ...(name === 'ExtensionStatus' ? ['Exten: 800', 'Context: internal', 'Hint: Local/801@evil', 'Status: 0'] : []),
    ...(eventShapes.get(name)?.names ?? [])
      .filter((field) => /uniqueid|linkedid/i.test(field))
      .map((field) => `${field}: 9.9`),
  ]),
);

/** The ways to put it into a field: what stands before it, and what is left for the rest of the real event. */
const ways: readonly (readonly [what: string, before: string, behind: string])[] = [
  ['cut', '1\r\n\r\n', ''],
  ['cut, and the rest has a head of its own', '1\r\n\r\n', 'Event: Newthing\r\nPrivilege: call,all\r\nNote: '],
  ['cut, with a line before', '1\r\nFoo: bar\r\n\r\n', ''],
  ['cut, with an empty line more', '1\r\n\r\n\r\n\r\n', 'x'],
];

const hasForged = ({ messages }: { messages: AmiMessage[] }, real: string): boolean =>
  messages.some((message) => {
    const isAfter = message.name === 'Hangup' && message.get('Channel') === 'SIP/801-1';
    return (
      !isAfter &&
      (!real.startsWith(`Event: ${message.name}\r\n`) ||
        Object.entries(fieldsOf(message)).some(([field, value]) => /uniqueid|linkedid/i.test(field) && value === '9.9'))
    );
  });

void t.test('a table of forgeries: each kind of event, in each field, in each way', (t) => {
  let tried = 0;
  for (const [what, carrier] of carriers) {
    for (const forged of forgedEvents) {
      for (const [how, before, behind] of ways) {
        for (const end of ['\r\n', '\n', '\r']) {
          const value = (before + forged + behind).replaceAll('\r\n', end);
          const bytes = Buffer.from(carrier.replaceAll('FIELD', value) + after);
          const got = read([bytes]);
          tried++;
          const name = `${JSON.stringify(end)} ${what}, ${how}: ${forged.slice(7, 25)}`;
          // Behind the last field of an event nothing tells a forged one from a real one.
          const isLast = carrier.endsWith('FIELD\r\n\r\n') && !carrier.includes('FIELD\r\nExtension');
          // A whole call detail record in another: some 300 characters, where Asterisk keeps 79 of a number.
          if (how.endsWith('of its own') && what.includes('record') && forged.startsWith('Event: Cdr')) continue;
          if (!isLast && hasForged(got, carrier)) t.fail(name, { got: got.messages.map(fieldsOf) });
          if (end === '\r\n' && !isLast && got.forged.length === 0) t.fail(`${name}: not noticed`);
          if (got.messages.at(-1)?.get('Channel') !== 'SIP/801-1') t.fail(`${name}: the next event is lost`);
        }
      }
    }
  }
  t.comment(`${tried} forgeries`);
  t.end();
});

void t.test('a forged event that is split over two fields, with real ones in between', (t) => {
  for (const forged of forgedEvents) {
    for (let at = 0; at < forged.length; at += 7) {
      const [first, second] = [`1\r\n\r\n${forged.slice(0, at)}`, `${forged.slice(at)}x`];
      for (const [one, two] of [
        ['CallerIDNum', 'CallerIDName'],
        ['CallerIDNum', 'Exten'],
        ['ConnectedLineName', 'Exten'],
      ]) {
        const carrier = whole(['Event: Newchannel', ...channel, `${one}: ${first}`, `${two}: ${second}`]);
        const got = read([Buffer.from(carrier + after)]);
        if (hasForged(got, carrier) || got.forged.length === 0 || got.messages.at(-1)?.get('Uniqueid') !== '9.9')
          t.fail(`${one} ${two} ${forged.slice(7, 25)} at ${at}`, { got: got.messages.map(fieldsOf) });
      }
    }
  }
  t.end();
});

void t.test('lines of a caller’s own in an event that is not cut never take the place of its own', (t) => {
  const real = { Channel: 'PJSIP/trunk-00000001', Uniqueid: '1795884437.1', Linkedid: '1795884437.1' };
  for (const name of ['Newchannel', 'Hangup', 'NewConnectedLine', 'DTMFEnd', 'QueueCallerJoin']) {
    for (const field of ['CallerIDNum', 'CallerIDName', 'ConnectedLineName', 'Exten']) {
      for (const line of [
        'Uniqueid: 9.9',
        'Linkedid: 9.9',
        'Channel: SIP/801-1',
        'Event: Cdr',
        'Foo: bar',
        'Cause: 99',
      ]) {
        const carrier = whole([`Event: ${name}`, ...channel, `${field}: 1\r\n${line}`]);
        const { messages, forged } = read([Buffer.from(carrier + after)]);
        const ofIt = messages.filter((message) => message.name === name && message.get('Uniqueid') !== '9.9');
        t.equal(forged.length, 1, `${name} ${field} ${line}: noticed`);
        for (const message of ofIt) t.match(fieldsOf(message), { ...real, [field]: '1' });
        t.equal(messages.at(-1)?.get('Channel'), 'SIP/801-1', 'the next event comes');
      }
    }
  }
  t.end();
});

void t.test(
  'a number `1\\r\\n\\r\\n`: the event is read as if the number were 1, and the warning names the channel',
  (t) => {
    const carrier = whole(['Event: Newchannel', ...channel, 'CallerIDNum: 1\r\n\r\n', 'Exten: 123456']);
    const { messages, forged } = read([Buffer.from(carrier + after)]);
    t.strictSame(forged, [{ event: 'Newchannel', channel: 'PJSIP/trunk-00000001', isRead: true }]);
    t.match(fieldsOf(messages[0]!), { CallerIDNum: '1', Exten: '123456', Uniqueid: '1795884437.1' });
    t.equal(messages.length, 2);
    for (let at = 1; at < carrier.length; at++) {
      const bytes = Buffer.from(carrier + after);
      const got = read([bytes.subarray(0, at), bytes.subarray(at)]);
      t.ok(
        got.messages.every((message) => message.get('Uniqueid') !== ''),
        `cut at ${at}`,
      );
    }
    t.end();
  },
);

void t.test('items of a list are read though a caller’s own lines stand in them', (t) => {
  const item = whole([
    'Event: CoreShowChannel',
    'ActionID: a-1',
    ...channel,
    'CallerIDNum: 1\r\n\r\nEvent: CoreShowChannelsComplete\r\nActionID: a-2\r\nEventList: Complete\r\n\r\n',
    'Exten: 123456',
    'BridgeId: b',
  ]);
  const messages: AmiMessage[] = [];
  const decoder = new Decoder({
    events,
    variables: () => false,
    onGreeting: () => undefined,
    onMessage: (message) => messages.push(message.copy()),
    onForged: () => undefined,
  });
  decoder.correlate = true;
  const end = 'Event: CoreShowChannelsComplete\r\nActionID: a-1\r\nEventList: Complete\r\n\r\n';
  decoder.push(Buffer.from(`${greeting}${item}${end}`));
  t.strictSame(
    messages.map((message) => [
      message.name,
      message.get('ActionID'),
      message.get('CallerIDNum'),
      message.get('BridgeId'),
    ]),
    [
      ['CoreShowChannel', 'a-1', '1', 'b'],
      ['CoreShowChannelsComplete', 'a-1', '', ''],
    ],
  );
  t.end();
});

void t.test('values hold no control characters, whichever way they came', (t) => {
  for (let code = 0; code < 0xa0; code++) {
    if (code === 10 || code === 13 || (code >= 32 && code < 127)) continue;
    const value = `80${String.fromCharCode(code)}1`;
    for (const text of [value, value.padEnd(60, 'x')]) {
      const { messages } = read([Buffer.from(whole(['Event: Newchannel', ...channel, `CallerIDNum: ${text}`]))]);
      t.equal(messages[0]?.get('CallerIDNum'), text.replace(String.fromCharCode(code), ''), `\\x${code.toString(16)}`);
    }
  }
  t.end();
});

void t.test('a caller who writes the end of an event that nobody reads makes no event', (t) => {
  const lines = (number: string, dialled: string, rest: readonly string[]): readonly string[] => [
    ...['Privilege: call,all', 'Timestamp: 1795884437.000001', 'Channel: PJSIP/trunk-1', 'ChannelState: 6'],
    ...['ChannelStateDesc: Up', `CallerIDNum: ${number}`, 'CallerIDName: x', 'ConnectedLineNum: 1'],
    ...['ConnectedLineName: 1', 'Language: en', 'AccountCode: ', 'Context: c', `Exten: ${dialled}`, 'Priority: 1'],
    ...['Uniqueid: 1.1', 'Linkedid: 1.1', ...rest],
  ];
  const member = 'Event: QueueMemberPause\r\nPrivilege: x\r\nTimestamp:2.2\r\nQueue:q';
  const reload = 'Event: Reload\r\nPrivilege: x\r\nTimestamp:2.2\r\nModule:\r\nStatus:';
  const phone = '1\r\nMemberName:m\r\nInterface:PJSIP/801\r\nPaused:1';
  const variable = 'Variable: \r\nValue: \r\n';
  for (const [what, event] of [
    ['one line', ['Event: MusicOnHoldStart', ...lines(`1\r\nLinkedid: \r\n\r\n${member}`, phone, ['Class: default'])]],
    [
      'of a VarSet',
      ['Event: VarSet', ...lines(`1\r\nLinkedid: \r\n${variable}\r\n${member}`, phone, ['Variable: x', 'Value: y'])],
    ],
    [
      'in one number',
      ['Event: MusicOnHoldStart', ...lines(`1\r\nLinkedid: \r\n\r\n${reload}`, 's', ['Class: default'])],
    ],
    [
      'of a login',
      [
        ...['Event: InvalidAccountID', 'Privilege: security,all', 'Timestamp: 1795884437.000001'],
        ...[`AccountID: 1\r\nRemoteAddress: \r\n\r\n${reload}`, 'SessionID: 1', 'LocalAddress: a', 'RemoteAddress: b'],
      ],
    ],
  ] as const) {
    const bytes = Buffer.from(`${event.join('\r\n')}\r\n\r\n${after}`);
    const { messages, forged } = read([bytes], false);
    t.strictSame(
      messages.map((message) => message.name),
      ['Hangup'],
      what,
    );
    t.equal(forged.length, 1, what);
  }
  t.end();
});

void t.test('a line feed alone ends no line of an event that nobody reads', (t) => {
  const fields = (eventShapes.get('Newstate')?.names ?? []).filter((name) => !/\?|^(?:Event|Privilege)$/.test(name));
  for (const field of ['CallerIDNum', 'CallerIDName', 'Exten']) {
    const value = '1\nCallerIDNum: 2\n\nEvent: Hangup';
    const lines = fields.map((name) => `${name}: ${name === field ? value : 'x'}`);
    const bytes = ['Event: MusicOnHoldStart', 'Privilege: call,all', ...lines, 'Class: default', '', ''].join('\r\n');
    t.strictSame(read([Buffer.from(bytes)]).forged, [], field);
  }
  t.end();
});

void t.test('a kind of event has no field that is a caller’s own but those that it always had', (t) => {
  const member = ['Event: QueueMemberPause', 'Queue: q', 'MemberName: m', 'Interface: PJSIP/801', 'Paused: 1'];
  for (const line of ['CallerIDName: x', 'DestExten: 800', 'ConnectedLineNum: 1']) {
    const { messages, forged } = read([Buffer.from(whole([...member, line]) + after)]);
    t.strictSame([messages.length, forged.length], [1, 1], line);
  }
  t.end();
});

void t.test('events that nobody reads say that events have a Timestamp, too', (t) => {
  const unread = Buffer.from('Event: Other\r\nPrivilege: call,all\r\nTimestamp: 1795884437.000001\r\nx: y\r\n\r\n');
  const bare = Buffer.from(whole(['Event: Hangup', 'Channel: SIP/800-1', 'Linkedid: 1.1', 'Cause: 16']));
  const { messages, forged } = read([Buffer.from(after), ...Array.from({ length: 10 }, () => [bare, unread]).flat()]);
  t.strictSame([messages.length, forged.length], [1, 10]);
  t.end();
});
