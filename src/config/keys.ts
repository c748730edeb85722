import * as values from './values.ts';
import type { Kind } from './values.ts';

/** One key of api.conf: the names are part of the product. */
export interface Key<T> {
  /** As the documentation writes it; files may write it in any case. */
  readonly name: string;
  readonly kind: Kind<T>;
  /** Read like a value of the file when the key is absent or empty. */
  readonly fallback: string;
  /** What stands in the documentation when the default is not just `fallback`. */
  readonly shown?: string;
  readonly summary: string;
  /** A change takes effect only after a restart (the socket, store or connection is made at the start). */
  readonly restart: boolean;
}

/** The keys of a section. */
export type Keys = Readonly<Record<string, Key<unknown>>>;

/** The values of a section, named as in `Config`. */
export type SectionValues<S extends Keys> = { readonly [K in keyof S]: S[K] extends Key<infer T> ? T : never };

function key<T>(
  name: string,
  kind: Kind<T>,
  fallback: string,
  summary: string,
  more: { shown?: string; restart?: boolean } = {},
): Key<T> {
  return { restart: false, ...more, name, kind, fallback, summary };
}

const restart = true;
const { absolutePath, integer, list, oneFileOf, orEmpty, text, yesNo } = values;

/** Every event that is ever pushed, and the word for those of the contract (§3). */
export const pushedEvents: readonly string[] = [
  'all',
  'dialbegein',
  'dialend',
  'dialanswer',
  'hangup',
  'extensionstatus',
  'cdr',
  'ivr',
  'cc_cdr',
  'recording',
  'disposition',
  'agentstate',
  'missedcall',
  'missedcall_claimed',
  'missedcall_closed',
];

/** The names by which `events` of a receiver may name events, in the formats in which they are not ours. */
export const formatEvents: ReadonlyMap<string, readonly string[]> = new Map([
  ['coocenter2', [...pushedEvents, 'dialbegin']],
  ['coovox', ['all', 'cdr', 'Newchannel', 'DialBegin', 'BridgeEnter', 'Hangup', 'Cdr', 'AgentLogin', 'AgentLogoff']],
]);

const eventNames = list(
  values.matching(/^[A-Za-z][A-Za-z_]*$/, 'the name of an event (all stands for those of the contract)'),
);

/** `[general]`. */
export const general = {
  bindPort: key('BINDPORT', values.port, '8000', 'port that receives commands', { restart }),
  bindAddr: key('BINDADDR', values.address, '0.0.0.0', 'address it is bound to', { restart }),
  url: key('URL', values.httpUrl, '', 'where events are pushed; empty: nowhere'),
  webkey: key('WEBKEY', text, '', 'shared secret for authentication; empty: no authentication'),
  mac: key('mac', orEmpty(values.macAddress), '', 'MAC address named in every event', {
    shown: 'of the interface of the default route',
  }),
  popUrl: key('pop_url', values.popUrl, '', 'screen-pop URL that the agent toolbar opens'),
  tlsPort: key('TLSPORT', values.port, '8080', 'port of HTTPS, served when there is a certificate', { restart }),
  tlsCert: key('TLSCERT', orEmpty(absolutePath), '', 'file of the certificate (PEM, with its chain)'),
  tlsKey: key('TLSKEY', orEmpty(absolutePath), '', 'file of its private key (PEM)'),
  monitorDir: key('monitor_dir', absolutePath, '/var/spool/asterisk/monitor', 'folder of the recordings'),
  dataDir: key('data_dir', absolutePath, '/var/lib/coocenter-api', 'folder of records not yet delivered', { restart }),
  allowOrigin: key('allow_origin', values.origins, '', 'pages of which origins may send commands (CORS)', {
    shown: '* with a WEBKEY, else none',
  }),
  hostNames: key('host_names', list(values.hostName), '', 'names besides its IP addresses by which the box is called'),
  metricsToken: key(
    'metrics_token',
    values.bearerToken,
    '',
    'token that opens /metrics and nothing else; empty: only those of §2 and §5.1 do',
  ),
  logLevel: key('log_level', values.oneOf('error', 'warning', 'info', 'debug'), 'info', 'how much is logged'),
} satisfies Keys;

/** `[enable]`. */
export const enable = {
  pausetime: key('pausetime', yesNo, 'no', 'after-call work on or off'),
  pausetimeMax: key('pausetime_max', integer(1, 3600, 'seconds'), '30', 'seconds after which it ends by itself'),
} satisfies Keys;

/** `[ami]`. */
export const ami = {
  host: key('host', values.hostName, '127.0.0.1', "host of Asterisk's manager interface", { restart }),
  port: key('port', values.port, '5038', 'its port', { restart }),
  username: key('username', values.matching(/^[^\r\n]+$/, 'one word'), 'coocenter-api', 'account in manager.conf', {
    restart,
  }),
  secret: key('secret', text, '', 'its secret', { restart }),
} satisfies Keys;

const ofPreset = { shown: 'as the preset says' };

/** `[dialplan]`; an empty value of the lists is what the preset says. */
export const dialplan = {
  preset: key('preset', values.oneOf('coocenter', 'freepbx', 'issabel'), 'coocenter', 'names of the contexts below'),
  internal: key('internal', list(values.pattern), '', 'contexts of the phones', ofPreset),
  click: key(
    'click',
    orEmpty(values.context),
    '',
    'context in which numbers given to the API are dialled, for phones of internal',
    {
      shown: 'as the preset says, else the first of internal',
    },
  ),
  dialFeatures: key('dial_features', yesNo, 'no', 'whether numbers given to the API may hold * and #'),
  international: key(
    'international',
    values.matching(/^\d{0,8}$/, 'up to 8 digits, or nothing'),
    '',
    'digits dialled in place of the + of a number given to the API; empty: the + itself',
  ),
  outside: key(
    'outside',
    values.matching(/^\d{0,8}$/, 'up to 8 digits, or nothing'),
    '',
    'digits that phones dial before a number outside; put before one that the dialplan has only with them',
  ),
  trunks: key('trunks', list(values.pattern), '', 'devices that lead outside, such as PJSIP/trunk, DAHDI/*'),
  ivr: key('ivr', list(values.pattern), '', 'contexts of the menus', ofPreset),
  feedback: key('feedback', list(values.pattern), '', 'contexts of the satisfaction survey', ofPreset),
  scoreVariable: key(
    'score_variable',
    orEmpty(values.matching(/^[A-Za-z_]\w{0,79}$/, 'the name of a channel variable')),
    '',
    'channel variable that holds the score; empty: the key pressed in the survey',
  ),
  voicemail: key('voicemail', list(values.pattern), '', 'contexts in which a caller leaves a message', ofPreset),
} satisfies Keys;

/** Where Asterisk writes call detail records: as the dialplan kit says, with linkedid, and as stock Asterisk does. */
const usualCdrFiles = ['/var/log/asterisk/cdr-custom/coocenter.csv', '/var/log/asterisk/cdr-csv/Master.csv'];

/** `[asterisk]`: what Asterisk writes into files. */
export const asterisk = {
  cdrFiles: key('cdr_file', oneFileOf(usualCdrFiles), '', 'file of its call detail records', {
    shown: 'the first that is there of cdr-custom/coocenter.csv, cdr-csv/Master.csv in /var/log/asterisk',
    restart,
  }),
  cdrTimes: key(
    'cdr_times',
    values.oneOf('auto', 'local', 'gmt'),
    'auto',
    'times of Master.csv: in the time zone of the box, in GMT, or as its rows tell',
    { restart },
  ),
  queueLog: key('queue_log', absolutePath, '/var/log/asterisk/queue_log', 'log of its queues', { restart }),
} satisfies Keys;

/** `[push]`. */
export const push = {
  secret: key(
    'secret',
    values.signingSecret,
    '',
    'secret that signs what is pushed (Standard Webhooks); empty: unsigned',
  ),
  events: key('events', eventNames, 'all', 'events that are pushed'),
  format: key(
    'format',
    values.oneOf('coocenter', 'coocenter2', 'coovox', 'cloudevents'),
    'coocenter',
    'form of the bodies',
  ),
  retryHours: key('retry_hours', integer(1, 720, 'hours'), '72', 'hours for which a record is tried again'),
  signalSeconds: key('signal_seconds', integer(1, 3600, 'seconds'), '120', 'seconds after which a signal is too late'),
  keepDays: key('keep_days', integer(0, 3650, 'days'), '30', 'days for which delivered records are kept'),
  connections: key('connections', integer(1, 32), '4', 'connections to a receiver'),
  storeMb: key('store_mb', integer(8, 65_536, 'megabytes'), '256', 'megabytes that records may take on the disk', {
    restart,
  }),
  alertMinutes: key(
    'alert_minutes',
    integer(0, 10_080, 'minutes'),
    '15',
    'minutes for which a receiver must fail before it is told as an error; 0: never',
  ),
  ca: key(
    'ca',
    orEmpty(absolutePath),
    '',
    "file of the authorities that sign receivers' certificates (PEM); empty: the public ones",
  ),
} satisfies Keys;

/** `[alert]`. */
export const alert = {
  url: key('URL', values.httpUrl, '', 'where it is told that a receiver fails, besides the journal; empty: nowhere'),
} satisfies Keys;

/** `[recordings]`. */
export const recordings = {
  accessDays: key(
    'access_days',
    integer(1, 3650, 'days'),
    '365',
    'days for which it is kept who heard which recording',
  ),
} satisfies Keys;

/** `[pages]`: the pages that people use. */
export const pages = {
  origins: key(
    'origins',
    list(values.pageOrigin),
    '',
    'origins whose pages may show the agent toolbar in a frame, and talk with it',
  ),
  popOn: key(
    'pop_on',
    values.oneOf('ringing', 'answer', 'never'),
    'ringing',
    'when the agent toolbar opens pop_url: its phone rings, or has answered',
  ),
  popIn: key(
    'pop_in',
    values.oneOf('one_tab', 'new_tab', 'message'),
    'one_tab',
    'where it opens it: in one tab for all calls, in a new one each time, or nowhere, and only tells the page around it',
  ),
} satisfies Keys;

/** `[missed_calls]`. */
export const missedCalls = {
  days: key('days', integer(1, 90, 'days'), '7', 'days after which a missed call is closed by itself'),
} satisfies Keys;

/** `[push.<name>]`: a further receiver. */
export const receiver = {
  url: general.url,
  secret: push.secret,
  events: push.events,
  format: push.format,
  ca: push.ca,
} satisfies Keys;

/** `header.<Name>` in `[push]` and `[push.<name>]`: a further header of the requests to that receiver. */
export const header = { prefix: 'header.', name: values.headerName, value: values.headerValue, most: 16 } as const;

/**
 * The sections with fixed keys, in the order of the documentation; `[ivr]`, `[extensions]`, `[pause_reasons]`,
 * `[dispositions]`, `[service_level]` and `[users]` have keys of their own.
 */
export const sections = {
  general,
  enable,
  ami,
  dialplan,
  asterisk,
  push,
  alert,
  recordings,
  pages,
  missed_calls: missedCalls,
} as const satisfies Record<string, Keys>;

/** The key of a free section and what its value may be. */
export const freeSections = {
  ivr: {
    key: values.pattern,
    value: values.matching(/./, 'the name of the menu'),
    summary: 'id or context of a menu = its name',
  },
  extensions: {
    key: values.extension,
    value: values.devices,
    summary: 'extension = its device, or several joined by &',
  },
  pause_reasons: {
    key: values.code,
    value: values.matching(/^.{1,80}$/u, 'what agents read, up to 80 characters'),
    summary: 'reason of a pause = its words',
  },
  dispositions: {
    key: values.code,
    value: values.matching(/^.{1,80}$/u, 'what agents read, up to 80 characters'),
    summary: 'code of what came of a call = its words',
  },
  service_level: {
    key: values.queueOrAll,
    value: integer(1, 3600, 'seconds'),
    summary: 'queue (`*`: all others, 20 without it) = seconds within which its callers are to be answered',
  },
  users: {
    key: values.userName,
    value: values.user,
    summary: 'name of somebody who may sign in = their role, extension and the hash of their password',
  },
} as const;
