// Also tested here, by the files that they read: lines.ts, sources.ts, values.ts, keys.ts, nearest.ts and diff.ts. mac.ts: in load.test.ts.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { freeSections, sections, type Key } from '../../src/config/keys.ts';
import { restartKeys } from '../../src/config/diff.ts';
import { readLines } from '../../src/config/lines.ts';
import { nearest } from '../../src/config/nearest.ts';
import { ConfigError, parseConfig } from '../../src/config/parse.ts';
import type { Config } from '../../src/config/config.ts';
import { contract } from './contract.ts';

const parse = (text: string): ReturnType<typeof parseConfig> => parseConfig(text, 'api.conf');
const config = (text: string): Config => parse(text).config;
const general = (text: string): Config['general'] => config(`[general]\n${text}`).general;

function problems(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('was accepted');
}

void t.test('contract §1: the sample is read without a word', (t) => {
  const { config, warnings } = parse(contract);
  t.strictSame(warnings, []);
  t.match(config.general, {
    bindPort: 8000,
    webkey: 'asjdfjklkasdf',
    mac: '68:69:2e:03:8b:3e',
    popUrl: 'http://www.baidu.com',
    allowOrigin: '*',
  });
  t.equal(config.push.receivers.length, 1);
  t.equal(config.push.receivers[0]!.url.href, 'http://192.168.12.185:8090/');
  t.equal(config.push.receivers[0]!.events, 'all');
  t.strictSame(config.enable, { pausetime: false, pausetimeMax: 30 });
  t.end();
});

void t.test('an empty file is all defaults, nothing is pushed', (t) => {
  const { config, warnings } = parse('');
  t.strictSame(warnings, []);
  t.strictSame(config, {
    file: 'api.conf',
    general: {
      bindPort: 8000,
      bindAddr: '0.0.0.0',
      webkey: '',
      mac: '',
      popUrl: '',
      tlsPort: 8080,
      tlsCert: '',
      tlsKey: '',
      monitorDir: '/var/spool/asterisk/monitor',
      dataDir: '/var/lib/coocenter-api',
      allowOrigin: '',
      hostNames: [],
      metricsToken: '',
      logLevel: 'info',
    },
    enable: { pausetime: false, pausetimeMax: 30 },
    ami: { host: '127.0.0.1', port: 5038, username: 'coocenter-api', secret: '' },
    dialplan: {
      preset: 'coocenter',
      internal: ['internal', 'from-internal'],
      click: 'internal',
      dialFeatures: false,
      international: '',
      outside: '',
      trunks: [],
      ivr: ['ivr', 'ivr-*'],
      feedback: ['feedback', 'feedback-*'],
      scoreVariable: '',
      voicemail: ['voicemail', 'voicemail-*'],
    },
    asterisk: {
      cdrFiles: ['/var/log/asterisk/cdr-custom/coocenter.csv', '/var/log/asterisk/cdr-csv/Master.csv'],
      cdrTimes: 'auto',
      queueLog: '/var/log/asterisk/queue_log',
    },
    ivr: new Map(),
    extensions: new Map(),
    pauseReasons: new Map(),
    dispositions: new Map(),
    serviceLevel: new Map(),
    users: new Map(),
    push: {
      receivers: [],
      retryHours: 72,
      signalSeconds: 120,
      keepDays: 30,
      connections: 4,
      storeMb: 256,
      alertMinutes: 15,
    },
    alert: { url: undefined },
    recordings: { accessDays: 365 },
    pages: { origins: [], popOn: 'ringing', popIn: 'one_tab' },
    missedCalls: { days: 7 },
  } satisfies Config);
  t.end();
});

void t.test('contract §1.1: comments, and what only looks like one', (t) => {
  t.equal(general('#WEBKEY = secret').webkey, '');
  t.equal(general('  # WEBKEY = secret').webkey, '');
  t.equal(general(';WEBKEY = secret').webkey, '');
  t.equal(general('WEBKEY =').webkey, '');
  t.equal(general('WEBKEY =      ; none').webkey, '');
  for (const kept of [
    'a#b',
    'a;b',
    '#ab',
    'a=b',
    '=',
    'a\\b',
    "it's",
    '"',
    "'",
    '"a',
    'true',
    'null',
    '007',
    '密钥',
    '{}',
  ]) {
    t.equal(general(`WEBKEY = ${kept}`).webkey, kept, kept);
    t.equal(general(`WEBKEY=${kept}\t; comment ; again`).webkey, kept, `${kept} and a comment`);
  }
  t.equal(general('pop_url = http://crm/#/call?a=1;b=${caller}').popUrl, 'http://crm/#/call?a=1;b=${caller}');
  t.equal(general('WEBKEY = "a ; b" ; comment').webkey, 'a ; b');
  t.equal(general("WEBKEY = '1e3'").webkey, '1e3');
  t.equal(general('WEBKEY = "true"').webkey, 'true');
  t.equal(general('WEBKEY = a\\;b\\#c').webkey, 'a;b#c', 'escapes as ini reads them');
  const { config, warnings } = parse('[general]\nWEBKEY = a # b');
  t.equal(config.general.webkey, 'a # b');
  t.match(warnings, [/^api\.conf:2: WEBKEY: # is part of the value/]);
  t.end();
});

void t.test('any key survives, whatever it is made of', (t) => {
  const key = fc.string({
    unit: fc.constantFrom('a', '#', ';', '=', '[', ']', '.', '$', '密', '"', '/'),
    minLength: 1,
    maxLength: 40,
    size: 'max',
  });
  fc.assert(
    fc.property(key, (key) => {
      fc.pre(!key.startsWith(';') && !key.startsWith('"'));
      assert.equal(general(`WEBKEY = ${key} ; comment`).webkey, key);
    }),
  );
  t.end();
});

void t.test('any text is read or refused, never a crash', (t) => {
  const piece = fc.constantFrom(
    '[',
    ']',
    'general',
    'WEBKEY',
    '=',
    '\n',
    '\r',
    ';',
    '#',
    '"',
    '\\',
    ' ',
    '__proto__',
    '[]',
    'push.',
    '\uFEFF',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 60, size: 'max' }), (pieces) => {
      try {
        parse(pieces.join(''));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        assert.notEqual(error.problems.length, 0);
      }
    }),
  );
  t.end();
});

void t.test('no line is passed over without a word', (t) => {
  t.match(problems('[general]\nWEBKEY = a\u2028b'), [/^api\.conf:2: holds the invisible character U\+2028/]);
  t.match(problems('[general]\nWEB\u2029KEY = ab'), [/U\+2029/]);
  const odd = ['a', '=', '[', ']', '"', "'", '\\', '.', ';', '#', ' ', '\t', '\v', '\0', '\u0085', '\u2028'];
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...odd), maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20, size: 'max' }), (lines) => {
      const text = ['[general]', ...lines].join('\n');
      const content = text.split(/\r\n|\n|\r/).filter((line) => /^[^#;]/.test(line.trim()));
      const { entries, sections, problems } = readLines(text);
      assert.equal(entries.length + sections.length + problems.length, content.length);
    }),
    { numRuns: 500 },
  );
  t.end();
});

void t.test('a secret is never repeated in a problem, which ends in the log', (t) => {
  const found = problems(
    '[general]\nWEBKEY hunter2\n[push]\nsecret = whsec_hunter2!\n[push.crm]\nsecret = whsec_\nURL = http://x',
  );
  t.strictSame(found, [
    'api.conf:2: WEBKEY: key = value is expected',
    'api.conf:4: [push] secret: the value is not a text, or whsec_ and base64',
    'api.conf:6: [push.crm] secret: the value is not a text, or whsec_ and base64',
  ]);
  t.equal(config('[push]\nsecret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').push.receivers.length, 0);
  t.end();
});

void t.test('events: all among others, and names that nobody pushes', (t) => {
  const text =
    '[general]\nURL = http://x\n[push]\nevents = all, dialanswer\n[push.crm]\nURL = http://y\nevents = cdr, dialbegin, cccdr, moon';
  const { config: read, warnings } = parse(text);
  t.strictSame(
    read.push.receivers.map(({ events }) => events),
    [
      ['all', 'dialanswer'],
      ['cdr', 'dialbegin', 'cccdr', 'moon'],
    ],
  );
  t.strictSame(warnings, [
    'api.conf:7: [push.crm] events: no event is called dialbegin (nearest: dialbegein)',
    'api.conf:7: [push.crm] events: no event is called cccdr (nearest: cc_cdr)',
    'api.conf:7: [push.crm] events: no event is called moon',
  ]);
  t.strictSame(parse('[general]\nevents = moon').warnings, [
    'api.conf:2: [general] events: unknown key (events belongs to [push])',
  ]);
  t.end();
});

void t.test('codes that agents choose from, as they are written and in their order', (t) => {
  const { config: read } = parse(
    '[pause_reasons]\nlunch = Lunch; or tea\nWC-2 = 洗手间\n[Dispositions]\n1 = Sold\ncall.back = Call back later',
  );
  t.strictSame(
    [...read.pauseReasons],
    [
      ['lunch', 'Lunch; or tea'],
      ['WC-2', '洗手间'],
    ],
  );
  t.strictSame(
    [...read.dispositions],
    [
      ['1', 'Sold'],
      ['call.back', 'Call back later'],
    ],
  );
  for (const wrong of ['wrap-up = After-call work', 'Wrap-Up = x', 'a b = x', 'a|b = x', `${'a'.repeat(41)} = x`]) {
    t.throws(() => parse(`[pause_reasons]\n${wrong}`), { message: /pause_reasons.*the key is not 1 to 40/ }, wrong);
  }
  t.throws(() => parse(`[dispositions]\na =`), { message: /dispositions.* a: "" is not what agents read/ });
  t.throws(() => parse(`[dispositions]\na = ${'x'.repeat(81)}`), { message: /is not what agents read/ });
  t.end();
});

void t.test('formats and headers of receivers', (t) => {
  const { config: read, warnings } = parse(`[general]
URL = http://x
[push]
format = CooCenter2
events = dialbegin, cdr
header.X-Api-Key = a b;c
HEADER.authorization = "Bearer x=y"
header.X-None =
[push.crm]
URL = http://y
format = coovox
events = Cdr, Newchannel, dialbegin`);
  t.strictSame(
    read.push.receivers.map(({ format, headers }) => ({ format, headers })),
    [
      { format: 'coocenter2', headers: { 'X-Api-Key': 'a b;c', authorization: 'Bearer x=y' } },
      { format: 'coovox', headers: {} },
    ],
  );
  t.ok(Object.isFrozen(read.push.receivers[0]?.headers));
  t.strictSame(warnings, ['api.conf:12: [push.crm] events: no event is called dialbegin (nearest: DialBegin)']);
  t.end();
});

void t.test('a format that has no word for an event that is named: its receiver would wait for ever', (t) => {
  const { warnings } = parse(`[push.crm]
URL = http://y
format = CooVox
events = all, cdr, Cdr, cc_cdr, hangup
[push.cloud]
URL = http://z
format = cloudevents
events = hangup, Hangup`);
  t.strictSame(warnings, [
    'api.conf:4: [push.crm] events: the format coovox has no cc_cdr',
    'api.conf:4: [push.crm] events: the format coovox has no hangup (nearest: Hangup)',
    'api.conf:8: [push.cloud] events: no event is called Hangup (nearest: hangup)',
  ]);
  const wrong = (format: string): unknown => problems(`[push]\nformat = ${format}\nevents = x`);
  for (const format of ['constructor', '__proto__']) t.match(wrong(format), [/\[push\] format: /], format);
  t.end();
});

void t.test('headers that are refused, without their values', (t) => {
  const refused = [
    ...[
      'Content-Type',
      'content-length',
      'Host',
      'Webhook-Signature',
      'webhook-id',
      'X-CooCenter-Attempt',
      'User-Agent',
    ],
    ...['Transfer-Encoding', 'Connection', 'Expect', 'bad name', 'x:y', '', 'é', 'x'.repeat(101)],
  ];
  for (const name of refused) {
    t.throws(
      () => parse(`[push.crm]\nURL = http://x\nheader.${name} = topsecret`),
      {
        message: `api.conf:3: [push.crm] header.${name}: header. is not followed by the name of a header that is not set already`,
      },
      name,
    );
  }
  for (const value of ['top\u0001secret', 'topsecret\u0085', 'topsecret…', 'topsecret'.repeat(500)]) {
    t.throws(
      () => parse(`[push]\nheader.X-Key = ${value}`),
      { message: 'api.conf:2: [push] header.X-Key: the value is not up to 4096 printable ASCII characters' },
      value,
    );
  }
  const many = Array.from({ length: 17 }, (_, i) => `header.X-${i} = v`).join('\n');
  t.throws(() => parse(`[push]\n${many}`), { message: 'api.conf:18: [push] more than 16 headers' });
  t.end();
});

void t.test('case, spaces, line ends, byte order mark', (t) => {
  t.equal(config('\uFEFF[GENERAL]\r\nbindport=1\r\n[ Enable ]\r\n PauseTime = YES \r\n').general.bindPort, 1);
  t.equal(config('[enable]\rpausetime=on').enable.pausetime, true);
  t.equal(config('  [general] ; the box\nBindPort =7').general.bindPort, 7);
  const { config: twice, warnings } = parse('[general]\nBINDPORT = 1\n[enable]\n[general]\nbindport = 2');
  t.equal(twice.general.bindPort, 2, 'the last wins');
  t.strictSame(warnings, ['api.conf:5: [general] bindport: replaces the value of line 2']);
  t.end();
});

void t.test('unknown keys and sections are warnings that name the nearest', (t) => {
  const text =
    '[general]\nWEBKEI = a\npausetime = yes\nzzzzzz = 1\n[genral]\nBINDPORT = 5\n[__proto__]\na = b\n[push.]\n[ami]\n__proto__ = 1\nsecret[] = x';
  t.strictSame(parse(text).warnings, [
    'api.conf:2: [general] WEBKEI: unknown key (nearest: WEBKEY)',
    'api.conf:3: [general] pausetime: unknown key (pausetime belongs to [enable])',
    'api.conf:4: [general] zzzzzz: unknown key',
    'api.conf:5: [genral]: unknown section (nearest: general)',
    'api.conf:7: [__proto__]: unknown section',
    'api.conf:9: [push.]: unknown section (nearest: push)',
    'api.conf:11: [ami] __proto__: unknown key',
    'api.conf:12: [ami] secret[]: unknown key (nearest: secret)',
  ]);
  t.equal(nearest('bindprt', ['BINDPORT', 'BINDADDR']), 'BINDPORT');
  t.equal(nearest('x'.repeat(1_000_000), ['BINDPORT']), undefined, 'at once, however long');
  t.end();
});

void t.test('every bad value at once, each with file, line, key and what is allowed', (t) => {
  const text = `BINDPORT = 1
[general]
BINDPORT = 70000
BINDADDR = here
URL = 192.168.12.185:8090
mac = 68:69
pop_url = javascript:alert(1)
monitor_dir = recordings
allow_origin = crm
host_names = a b
log_level = loud
nonsense
[enable
[enable]
pausetime = maybe
pausetime_max = 0
[ami]
port = 5038x
[dialplan]
preset = elastix
internal = from-*
trunks = PJSIP/ trunk
score_variable = 1x
[extensions]
8 0 = SIP/80
808 = 808
[push]
events = all, dial begin
retry_hours = -1
[push.crm]
secret = x`;
  const found = problems(text);
  const lines = found.map((problem) => Number(/^api\.conf:(\d+): /.exec(problem)?.[1]));
  t.strictSame(lines, [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 18, 20, 21, 22, 23, 25, 26, 28, 29, 30]);
  t.equal(found[1], 'api.conf:3: [general] BINDPORT: "70000" is not a whole number from 1 to 65535 (port)');
  t.match(found, [/stands before the first \[section\]/, /./, /BINDADDR/, /URL: .* http:\/\//]);
  t.match(problems('[general]\nURL = http://x/ # here')[0], /holds no white space/);
  t.end();
});

void t.test('HTTPS needs both files and a port of its own', (t) => {
  t.match(problems('[general]\nTLSCERT = /a.pem'), [/^api\.conf:2: \[general\] TLSCERT: TLSKEY/]);
  t.match(problems('[general]\nTLSKEY = /a.pem'), [/TLSCERT/]);
  t.match(problems('[general]\nTLSCERT=/a\nTLSKEY=/b\nTLSPORT=8000'), [/^api\.conf:4: .*same as BINDPORT/]);
  t.equal(general('TLSCERT=/a\nTLSKEY=/b').tlsCert, '/a');
  t.end();
});

void t.test('allow_origin is * only while a WEBKEY is set', (t) => {
  t.equal(general('WEBKEY = a').allowOrigin, '*');
  t.equal(general('WEBKEY = a\nallow_origin = none').allowOrigin, '');
  t.equal(
    general('allow_origin = HTTPS://crm.example, http://b:8080').allowOrigin,
    'https://crm.example,http://b:8080',
  );
  const { config, warnings } = parse('[general]\nallow_origin = *');
  t.equal(config.general.allowOrigin, '');
  t.match(warnings, [/^api\.conf:2: .*not applied without a WEBKEY/]);
  t.end();
});

void t.test('presets, and what the file says over them', (t) => {
  const freepbx = config('[dialplan]\npreset = FreePBX').dialplan;
  t.match(freepbx, { internal: ['from-internal'], click: 'from-internal', ivr: ['ivr-*'] });
  const own = config('[dialplan]\npreset=issabel\ninternal = from-*, phones\nivr = menu').dialplan;
  t.match(own, { internal: ['from-*', 'phones'], click: 'phones', ivr: ['menu'] });
  t.match(problems('[dialplan]\ninternal = from-*'), [/^api\.conf:2: \[dialplan\] click: name one context/]);
  t.end();
});

void t.test('free sections and further receivers', (t) => {
  const read = config(`[ivr]
610 = working time
IVR-Night = 夜间
[extensions]
808 = DAHDI/3
Ab = PJSIP/ab
800 = PJSIP/800&PJSIP/web800
[push]
events = cdr, cc_cdr
secret = s
[push.CRM]
URL = https://crm.example/hook
events = all, dialanswer
[general]
URL = http://a/`);
  t.strictSame(
    [...read.ivr],
    [
      ['610', 'working time'],
      ['ivr-night', '夜间'],
    ],
  );
  t.strictSame(
    [...read.extensions],
    [
      ['808', 'DAHDI/3'],
      ['Ab', 'PJSIP/ab'],
      ['800', 'PJSIP/800&PJSIP/web800'],
    ],
  );
  const plain = { format: 'coocenter', headers: {}, ca: '' };
  t.strictSame(
    read.push.receivers.map(({ url, ...rest }) => ({ url: url.href, ...rest })),
    [
      { url: 'http://a/', name: '', secret: 's', events: ['cdr', 'cc_cdr'], ...plain },
      { url: 'https://crm.example/hook', name: 'crm', secret: '', events: ['all', 'dialanswer'], ...plain },
    ],
  );
  t.ok(Object.isFrozen(read) && Object.isFrozen(read.push.receivers) && Object.isFrozen(read.general.hostNames));
  t.end();
});

void t.test('restartKeys names what a reload cannot change', (t) => {
  const before = config(contract);
  t.strictSame(restartKeys(before, config(contract)), []);
  t.strictSame(restartKeys(before, config(`${contract}[general]\nWEBKEY = other\n[enable]\npausetime=yes`)), []);
  t.strictSame(restartKeys(before, config(`${contract}[general]\nBINDPORT = 9\ndata_dir = /d\n[ami]\nport = 1`)), [
    '[general] BINDPORT',
    '[general] data_dir',
    '[ami] port',
  ]);
  t.strictSame(restartKeys(before, config(`${contract}[asterisk]\ncdr_file = /c`)), ['[asterisk] cdr_file']);
  t.end();
});

void t.test('a certificate is renewed by a reload, the first one needs a restart', (t) => {
  const one = config('[general]\nTLSCERT=/a\nTLSKEY=/b');
  t.strictSame(restartKeys(one, config('[general]\nTLSCERT=/c\nTLSKEY=/d')), []);
  t.strictSame(restartKeys(one, config('')), ['[general] TLSCERT']);
  t.end();
});

void t.test('every default in the table is one that its key allows', (t) => {
  for (const [section, keys] of Object.entries<Record<string, Key<unknown>>>(sections)) {
    for (const key of Object.values(keys)) {
      const read = key.kind.read(key.fallback);
      t.ok(read !== undefined || key.fallback === '', `[${section}] ${key.name}`);
    }
  }
  t.equal(Object.keys(freeSections).join(' '), 'ivr extensions pause_reasons dispositions service_level users');
  t.end();
});
