import assert from 'node:assert/strict';
import t from 'tap';
import type { Setup } from '../lab/setup.ts';
import { loadScenarios } from '../lab/scenarios.ts';
import { setups } from '../lab/setup.ts';
import type { Body, Checks, Truth } from './compare.ts';
import { compare } from './compare.ts';
import { expected, readScenario } from './expected.ts';
import { Matrix } from './matrix.ts';
import { agentsOf, chosenFor, queuesOf, rangeOf, recordingOf } from './notation.ts';

/** Says what failed instead of failing. */
function failuresOf(run: (t: Checks) => void): string[] {
  const failures: string[] = [];
  const attempt = (check: () => void, name: string): boolean => {
    try {
      check();
      return true;
    } catch {
      failures.push(name);
      return false;
    }
  };
  const checks = {
    ok: (value: unknown, name: string) =>
      attempt(() => {
        assert.ok(value);
      }, name),
    equal: (value: unknown, wanted: unknown, name: string) =>
      attempt(() => {
        assert.equal(value, wanted);
      }, name),
    same: (value: unknown, wanted: unknown, name: string) =>
      attempt(() => {
        assert.deepEqual(value, wanted);
      }, name),
    match: (value: unknown, wanted: RegExp, name: string) =>
      attempt(() => {
        assert.match(String(value), wanted);
      }, name),
  };
  run(checks as unknown as Checks);
  return failures;
}

const mac = '68:69:2e:03:8b:3e';
const uuid = '1541643689.15';
const start = new Date(2018, 10, 8, 10, 21, 29).getTime() / 1000;

/** The local time so many seconds after the beginning. */
function at(seconds: number): string {
  const date = new Date((start + seconds) * 1000);
  const pad = (part: number): string => String(part).padStart(2, '0');
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':')}`;
}

/** An event of the caller's channel. */
function own(Event: string, seconds: number, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { Event, Timestamp: (start + seconds).toFixed(6), Uniqueid: uuid, Linkedid: uuid, ...more };
}

/** The scenario inbound-menu-queue, its calls but for ivr and cc_cdr left out, as an observer sees it. */
const truth: Truth = {
  events: [
    own('Newchannel', 0),
    own('Newexten', 0, { Context: 'from-trunk' }),
    own('Newexten', 0, { Context: 'ivr-610' }),
    own('DTMFEnd', 0.1, { Digit: '0', Direction: 'Received' }),
    own('Newexten', 0.1, { Context: 'queues' }),
    own('VarSet', 0.1, { Variable: 'MIXMONITOR_FILENAME', Value: `/var/spool/asterisk/monitor/q630-${uuid}.wav` }),
    own('QueueCallerJoin', 0.1, { Queue: '630' }),
    own('QueueCallerLeave', 0.8, { Queue: '630' }),
    own('BridgeEnter', 0.8),
    own('BridgeLeave', 1.4),
    own('Newexten', 1.4, { Context: 'feedback' }),
    own('Hangup', 2.4, { 'Cause-txt': 'Normal Clearing', TechCause: '' }),
  ],
};

const ivr: Body = {
  ...{ event: 'ivr', uuid, caller: '85322361', called: '', callType: 'IN', queueCode: '630' },
  ...{ startTime: at(0), endTime: at(0), duration: '0', ivrId: '610', ivrName: 'working time', ivrDtmf: '0' },
  ...{ trunkNumber: '123456', mac },
};
const ccCdr: Body = {
  ...{ event: 'cc_cdr', uuid, caller: '85322361', called: '800', queueCode: '630', agentCode: '800' },
  ...{ callType: 'incoming', cdrState: 'feedback', hangupSide: 'agent', hangupCause: 'SIP Normal Clearing' },
  ...{ startTime: at(0), endTime: at(2), duration: '2', queueTime: '1', feedbackTime: '1', ivrTime: '0' },
  ...{ ringTime: '1', holdTime: 0, pauseTime: 0, talkingTime: '1', voicemailState: '0', ivrId: '610' },
  ...{ ivrName: 'working time', ivrDtmf: '0', fwType: '', score: '5', trunkNumber: '123456', forwardNumber: '' },
  ...{ filePath: `q630-${uuid}.wav`, missCause: '', mac },
  agents: [{ agent: '800', startTime: at(0), endTime: at(1), talkingTime: '1' }],
  answerTime: at(0),
  queues: [{ queueCode: '630', startTime: at(0), endTime: at(0), queueTime: '1', outcome: 'answered' }],
  incomplete: false,
  parkedTime: '0',
};

const wanted = (setup: Setup = '16-sip') =>
  (expected['inbound-menu-queue']?.(setup) ?? []).map((call) => ({ ...call, legs: [], hangups: [], rows: [] }));
const failures = (bodies: readonly Body[], seen = truth, setup: Setup = '16-sip'): string[] =>
  failuresOf((checks) => {
    const told = bodies.map((body) => ({ ...body, linkedid: body['linkedid'] ?? uuid }));
    compare(checks, setup, wanted(setup), told, seen, mac);
  });

void t.test('records that are as written are taken (contract §3.5, §3.7)', (t) => {
  t.same(failures([ivr, ccCdr]), []);
  t.same(failures([ccCdr, ivr]), [], 'in whatever order they come');
  t.same(failures([ivr, { ...ccCdr, linkedid: '1.2' }]), ['cc_cdr.linkedid']);
  const texts = { ...ccCdr, hangupCause: 'PJSIP 487' };
  const on22 = truth.events.map((event) => (event['Event'] === 'Hangup' ? { ...event, TechCause: '487' } : event));
  t.same(
    failures([ivr, texts], { events: on22 }, '22-pjsip'),
    [],
    'hangupCause is the technology’s, where there is one',
  );
  t.same(failures([ivr, ccCdr], { events: on22 }), ['contract §3.7: cc_cdr.hangupCause is Asterisk’s own text']);
  t.end();
});

/** Something else of the same kind. */
function otherThan(value: unknown): unknown {
  if (typeof value === 'number') return value + 50;
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return undefined;
  if (/^\d{4}-\d\d-\d\d /.test(value)) return at(900);
  return /^\d+$/.test(value) ? String(Number(value) + 50) : `${value}x`;
}

/** The body with one value changed, once for every value in it, however deep. */
function* changed(value: unknown, path = ''): Generator<{ readonly where: string; readonly value: unknown }> {
  if (typeof value !== 'object' || value === null) {
    yield { where: path, value: otherThan(value) };
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    for (const change of changed(inner, `${path}.${key}`)) {
      const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
      yield { where: change.where, value: Object.assign(copy, { [key]: change.value }) };
    }
  }
}

void t.test('a record with anything else in any field is not taken (contract §3.5, §3.7)', (t) => {
  for (const [name, body, other] of [
    ['ivr', ivr, ccCdr],
    ['cc_cdr', ccCdr, ivr],
  ] as const) {
    for (const { where, value } of changed(body)) {
      t.not(failures([value as Body, other]).length, 0, `${name}${where}`);
    }
    const keys = Object.keys(body);
    for (const key of keys) {
      const without = Object.fromEntries(Object.entries(body).filter(([field]) => field !== key));
      t.not(failures([without, other]).length, 0, `${name} without ${key}`);
    }
    t.not(failures([{ ...body, more: '' }, other]).length, 0, `${name} with a field too many`);
    t.not(failures([Object.fromEntries(Object.entries(body).reverse()), other]).length, 0, `${name}: another order`);
    t.not(failures([other]).length, 0, `no ${name}`);
    t.not(failures([body, body, other]).length, 0, `${name} twice`);
  }
  for (const field of ['holdTime', 'pauseTime'])
    t.not(failures([ivr, { ...ccCdr, [field]: '0' }]).length, 0, `${field} as text`);
  for (const field of ['duration', 'queueTime', 'ringTime']) {
    t.not(failures([ivr, { ...ccCdr, [field]: Number(ccCdr[field]) }]).length, 0, `${field} as a number`);
  }
  for (const field of ['agents', 'queues']) {
    t.not(failures([ivr, { ...ccCdr, [field]: [] }]).length, 0, `no ${field}`);
    t.not(failures([ivr, { ...ccCdr, [field]: '' }]).length, 0, `${field} is no array`);
    const more = [...(ccCdr[field] as unknown[]), ...(ccCdr[field] as unknown[])];
    t.not(failures([ivr, { ...ccCdr, [field]: more }]).length, 0, `too many ${field}`);
  }
  t.end();
});

void t.test('what an observer saw counts as much as what is written', (t) => {
  const without = (name: string): Truth => ({ events: truth.events.filter(({ Event }) => Event !== name) });
  for (const name of [
    'Newchannel',
    'Hangup',
    'QueueCallerJoin',
    'QueueCallerLeave',
    'BridgeEnter',
    'VarSet',
    'DTMFEnd',
  ]) {
    t.not(failures([ivr, ccCdr], without(name)).length, 0, `without ${name}`);
  }
  const later = truth.events.map((event) =>
    event['Event'] === 'Hangup' ? { ...event, Timestamp: String(start + 60) } : event,
  );
  t.not(failures([ivr, ccCdr], { events: later }).length, 0, 'the call was longer');
  t.end();
});

void t.test('how long anything lasts: as planned on a quiet machine, as long as it did on a busy one', (t) => {
  const fields = ['duration', 'queueTime', 'feedbackTime', 'ringTime', 'talkingTime', 'holdTime', 'parkedTime'];
  for (const field of fields) {
    const value = Number(ccCdr[field]) + 2;
    const longer = { ...ccCdr, [field]: typeof ccCdr[field] === 'number' ? value : String(value) };
    for (const late of [0, 0.1])
      t.not(failures([ivr, longer], { ...truth, late }).length, 0, `${field}, ${late} s late`);
    if (!['feedbackTime', 'ringTime'].includes(field)) {
      t.not(failures([ivr, longer], { ...truth, late: 3 }).length, 0, `${field}, which the observer saw otherwise`);
    }
  }
  // Two seconds passed while the machine did something else: in the queue, or in the conversation.
  const moved = (from: number): Truth['events'] =>
    truth.events.map((event) => {
      const time = Number(event['Timestamp']) - start;
      return time < from ? event : { ...event, Timestamp: (start + time + 2).toFixed(6) };
    });
  const inQueue: Body = {
    ...{ ...ccCdr, endTime: at(4), duration: '4', queueTime: '3', ringTime: '3', answerTime: at(2) },
    agents: [{ agent: '800', startTime: at(2), endTime: at(3), talkingTime: '1' }],
    queues: [{ queueCode: '630', startTime: at(0), endTime: at(2), queueTime: '3', outcome: 'answered' }],
  };
  const inTalk: Body = {
    ...{ ...ccCdr, endTime: at(4), duration: '4', talkingTime: '3' },
    agents: [{ agent: '800', startTime: at(0), endTime: at(3), talkingTime: '3' }],
  };
  for (const [name, body, from] of [
    ['queue', inQueue, 0.7],
    ['talk', inTalk, 1.3],
  ] as const) {
    t.same(failures([ivr, body], { events: moved(from), late: 1.7 }), [], `${name}: late by 1.7 s`);
    t.not(failures([ivr, body], { events: moved(from) }).length, 0, `${name}: the machine was not late`);
  }
  t.end();
});

void t.test('a conversation is shorter than planned only if the observer saw that', (t) => {
  const zero: Body = {
    ...{ ...ccCdr, talkingTime: '0' },
    agents: [{ agent: '800', startTime: at(0), endTime: at(1), talkingTime: '0' }],
  };
  /** The agent's phone is connected for so long, from 0.8 s on. */
  const talked = (seconds: number, device = '800', more: readonly Record<string, string>[] = []): Truth => {
    const phone = (name: string, time: number): Record<string, string> =>
      own(name, time, { Uniqueid: `${uuid}0`, Channel: `SIP/${device}-00000001` });
    const enter = truth.events.findIndex(({ Event }) => Event === 'BridgeEnter') + 1;
    const pair = [phone('BridgeEnter', 0.8), ...more, phone('BridgeLeave', 0.8 + seconds)];
    return { events: truth.events.toSpliced(enter, 0, ...pair) };
  };
  t.same(failures([ivr, zero], talked(0.45)), []);
  t.not(failures([ivr, zero], talked(0.55)).length, 0, 'longer than what is rounded to 0');
  t.not(failures([ivr, zero]).length, 0, 'the observer saw none');
  t.not(failures([ivr, zero], talked(0.45, '801')).length, 0, 'another phone');
  t.not(failures([ivr, zero], talked(0.45, '800', [own('Hold', 1)])).length, 0, 'who was on hold talks less');
  t.end();
});

const good = `# A call

Somebody calls.

## The call

### Phones that rang

| from  | calleridnum | to  | destcalleridnum | dialstring                         | dialstatus                     |
| ----- | ----------- | --- | --------------- | ---------------------------------- | ------------------------------ |
| trunk | 85322361    | 800 | 800             | SIP/800 (16-sip), PJSIP/800 (else) | busy (16-sip), noanswer (else) |

### Hang-ups

None.

### Call detail records

They differ each time.

### Menus

| field       | first        | second      |
| ----------- | ------------ | ----------- |
${Object.keys(ivr)
  .filter((field) => field !== 'event')
  .map((field) => `| ${field} | ${sampleOf(field)} | ${sampleOf(field)} |`)
  .join('\n')}

### Call-centre record

| field          | value       |
| -------------- | ----------- |
${Object.keys(ccCdr)
  .filter((field) => field !== 'event')
  .map((field) => `| ${field} | ${sampleOf(field)} |`)
  .join('\n')}
`;

function sampleOf(field: string): string {
  const samples: Readonly<Record<string, string>> = {
    ...{ uuid: 'the call’s', startTime: 'as observed', endTime: 'as observed', hangupCause: 'as observed' },
    ...{ mac: 'the box’s', filePath: '`q630-*.wav`', agents: '800 for 1..2', answerTime: 'as observed' },
    ...{ queues: '633 timeout after 3..4, 630 answered after 0', incomplete: 'false' },
  };
  return samples[field] ?? (/Time$|^duration$/.test(field) ? '0..1' : 'text');
}

void t.test('a scenario is read for one set-up', (t) => {
  const [call, ...others] = readScenario(good, '22-pjsip');
  t.equal(others.length, 0);
  t.match(call, {
    legs: [{ from: 'trunk', dialstring: 'PJSIP/800', dialstatus: 'noanswer' }],
    hangups: [],
    rows: 'varying',
    menus: [{ texts: { ivrId: 'text' }, duration: { from: 0, to: 1 } }, {}],
    record: {
      agents: [{ agent: '800', talkingTime: { from: 1, to: 2 } }],
      queues: [{ outcome: 'timeout' }, { queueCode: '630', outcome: 'answered', queueTime: { from: 0, to: 0 } }],
      answered: true,
      incomplete: false,
    },
  });
  t.ok(call?.record?.filePath?.test('q630-1541643689.15.wav'));
  t.match(readScenario(good, '16-sip'), [{ legs: [{ dialstring: 'SIP/800', dialstatus: 'busy' }] }]);
  t.same(readScenario('# Nothing\n\nNobody calls.\n', '16-sip'), [], 'a scenario without a call');
  t.end();
});

void t.test('a scenario in which anything is missing, unknown or misspelt is not read', (t) => {
  const lines = good.split('\n');
  lines.forEach((line, number) => {
    // Most calls are parked nowhere: their files do not speak of it.
    if (line === '' || line.startsWith('| parkedTime ')) return;
    const rest = lines.filter((_, other) => other !== number).join('\n');
    t.throws(() => readScenario(rest, '16-sip'), `without ${line}`);
  });
  for (const [from, to] of [
    ['### Menus', '### Menu'],
    ['## The call', '## The first call'],
    ['| uuid |', '| uid |'],
    ['| from  |', '| source |'],
    ['None.', 'none'],
    ['None.', ''],
    ['They differ each time.', 'They differ.'],
    ['| duration | 0..1 |', '| duration | short |'],
    ['| duration | 0..1 |', '| duration | 2..1 |'],
    ['| duration | 0..1 |', '| duration |  |'],
    ['| duration | 0..1 |', '| duration | 0..1 | 0..1 | 0..1 |'],
    ['800 for 1..2', '800'],
    ['633 timeout after 3..4', '633 timed out after 3..4'],
    ['633 timeout after 3..4', '633 lost after 3..4'],
    ['`q630-*.wav`', 'q630.wav'],
    ['| as observed |', '| 2018-11-08 10:21:29 |'],
    ['the call’s', '1541643689.15'],
    ['| false |', '| no |'],
    ['busy (16-sip), noanswer (else)', 'busy (16-sip), noanswer (16-sip)'],
    ['busy (16-sip), noanswer (else)', 'busy (22-pjsip)'],
    ['busy (16-sip), noanswer (else)', 'busy (16-ssip), noanswer (else)'],
    ['busy (16-sip), noanswer (else)', 'noanswer (else), busy (16-sip)'],
    ['# A call', '# A call\n\n## The call'],
    ['### Menus', '### Menus\n\n### Menus'],
  ] as const) {
    t.ok(good.includes(from), from);
    t.throws(() => readScenario(good.replace(from, to), '16-sip'), `${to} in place of ${from}`);
  }
  t.end();
});

void t.test('the notation of a cell', (t) => {
  t.equal(chosenFor('User busy', '16-sip'), 'User busy');
  t.equal(chosenFor('a, b (16-pjsip), c (else)', '16-pjsip'), 'a, b');
  t.equal(chosenFor('`<a (x)>` (16-sip), `b, c` (else)', '22-pjsip'), 'b, c');
  t.equal(chosenFor('', '16-sip'), '');
  t.same(rangeOf('4'), { from: 4, to: 4 });
  t.same(rangeOf('10..12'), { from: 10, to: 12 });
  t.same([agentsOf(''), queuesOf(''), recordingOf('')], [[], [], undefined]);
  const either = recordingOf('802-*.wav or q630-*.wav');
  t.same(
    ['802-1.2.wav', 'q630-1.2.wav', 'q631-1.2.wav', 'x802-1.2.wav'].map((file) => either?.test(file)),
    [true, true, false, false],
  );
  t.end();
});

void t.test('every scenario has its file, and every file can be read for every set-up', async (t) => {
  const scenarios = await loadScenarios();
  t.same(Object.keys(expected).sort(), scenarios.map(({ name }) => name).sort());
  for (const [name, read] of Object.entries(expected)) {
    for (const setup of setups) t.doesNotThrow(() => read(setup), `${name} ${setup}`);
  }
});

void t.test('the matrix says what was compared, and which field never told anything', (t) => {
  const comments: string[] = [];
  let never: unknown;
  const checks = {
    comment: (line: string) => comments.push(line),
    same: (value: unknown) => {
      never = value;
      return true;
    },
  };
  const matrix = new Matrix();
  matrix.add('a-scenario', '16-sip', [ivr, ccCdr]);
  matrix.add('a-scenario', '22-pjsip', [ccCdr]);
  matrix.close(checks as unknown as Parameters<Matrix['close']>[0], setups);
  t.match(comments[1], /^a-scenario +0\/0\/0\/1\/1 +– +0\/0\/0\/0\/1 *$/);
  t.same(never, [
    'ivr.duration',
    'ivr.ivrDtmf',
    ...['ivrTime', 'holdTime', 'voicemailState', 'ivrDtmf', 'fwType', 'forwardNumber', 'missCause', 'parkedTime'].map(
      (field) => `cc_cdr.${field}`,
    ),
  ]);
  t.end();
});
