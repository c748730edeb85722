import type { RouteRow } from '../../src/http/route.ts';
import { isOfDeliveries, isOfMissedCalls, isOfStatistics } from './table.ts';

/** How fields travel in a request. */
export type Way = 'form' | 'json' | 'multipart' | 'query';

/** What a parameter is read as; `word`: by its own pattern, as it stands. */
type Reader =
  'extension' | 'dialled' | 'callers' | 'queue' | 'reason' | 'note' | 'line' | 'secret' | 'channel' | 'word';

const readers: Readonly<Record<string, Reader>> = {
  agent: 'extension',
  by: 'line',
  callerId: 'callers',
  channel: 'channel',
  clientUserId: 'line',
  exten: 'extension',
  extension: 'extension',
  extensions: 'extension',
  local: 'extension',
  member: 'extension',
  note: 'note',
  number: 'callers',
  password: 'secret',
  path: 'line',
  queue: 'queue',
  reason: 'reason',
  src: 'extension',
  username: 'line',
  uniqueid: 'channel',
  user: 'line',
  uuid: 'channel',
};

/** A parameter of a route as these tests see it. */
export type RowParam = RouteRow['params'][number];

/** Whether the `dst` of a route is a number to be dialled; elsewhere it is an extension. */
export const isDialled = ({ path }: RouteRow): boolean => /click-number|transfer/.test(path);

export function readerOf(row: RouteRow, name: string): Reader {
  if (name === 'by' && isOfStatistics(row.path)) return 'word';
  if (name === 'id' && isOfMissedCalls(row.path)) return 'channel';
  if (name === 'dst') return isDialled(row) ? 'dialled' : 'extension';
  return readers[name] ?? 'word';
}

const cursor = '[0-9a-f]{8}-[0-9]{1,15}';
const moment = '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?';

const anEvent = '(?:ivr|cdr|cc_cdr|recording|disposition|missedcall|missedcall_closed)';

/** What may be in each parameter by its documentation. */
const patterns: Readonly<Record<string, string>> = {
  before: cursor,
  by: '[^\\x00-\\x1f\\x7f]{1,80}',
  channel: '[!-~]{1,128}',
  clientUserId: '[^\\x00-\\x1f\\x7f-\\x9f]{1,64}',
  code: '[0-9A-Za-z][0-9A-Za-z_.-]{0,39}',
  confnum: '[0-9A-Za-z_.-]{1,40}',
  download: '1',
  exact: '0|1',
  event: `${anEvent}(?:,${anEvent})*`,
  format: 'json|csv',
  from: moment,
  id: '[0-9a-f]{32}(?:,[0-9a-f]{32}){0,399}',
  kind: [
    ...['extension', 'queue', 'member', 'caller', 'call', 'push'],
    ...['dialbegein', 'dialanswer', 'dialend', 'hangup', 'extensionstatus', 'ivr', 'cdr', 'cc_cdr', 'recording'],
    ...['disposition', 'agentstate', 'missedcall', 'missedcall_claimed', 'missedcall_closed'],
  ].join('|'),
  lastEventId: '[0-9a-z.-]{1,60}',
  limit: '[0-9]{1,4}',
  limitSec: '[0-9]{1,5}',
  missCause: 'any|NO_ASSIGN|NO_AGENT_ANSWER|NO_AGENT_LOGIN|MEMBER_CANCEL',
  note: '[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]{1,500}',
  outcome: '[0-9A-Za-z][0-9A-Za-z_.-]{0,39}',
  password: '[^\\x00]{1,200}',
  path: '[^\\x00-\\x1f\\x7f]{1,500}',
  purpose: 'stream|recording|page',
  queue: '[^\\x00-\\x1f\\x7f-\\x9f]{1,80}',
  reason: '[^\\x00-\\x1f\\x7f-\\x9f;|]{1,64}',
  receiver: 'URL|[a-z0-9_-]{1,40}',
  ready: '0|1',
  ringSec: '[0-9]{1,3}',
  signature: '[\\w-]{43}',
  since: cursor,
  state: 'on|off',
  ticket: '[\\w-]{1,100}',
  to: moment,
  ttl: '[0-9]{1,5}',
  uniqueid: '[!-~]{1,150}',
  until: '[0-9]{1,12}',
  user: '[^\\x00-\\x1f\\x7f]{1,64}',
  username: '[^\\x00-\\x1f\\x7f]{1,64}',
  uuid: '[!-~]{1,150}',
  wait: '0|1',
};

/** The same for days and what rows are of. */
const patternsOfStatistics: Readonly<Record<string, string>> = {
  by: 'day|hour|queue|agent',
  from: '[0-9]{4}-[0-9]{2}-[0-9]{2}',
  to: '[0-9]{4}-[0-9]{2}-[0-9]{2}',
};

const written: Readonly<Partial<Record<Reader, string>>> = {
  callers: '[\\s\\S]{1,200}',
  dialled: '[\\s\\S]{1,200}',
  extension: '[^,/\\x00-\\x1f\\x7f-\\x9f]{1,200}',
};

/** Values of one list. */
const mostOf = ({ path }: RouteRow): number => (isOfStatistics(path) ? 4 : path.endsWith('/stream') ? 100 : 50);

/** The pattern of one parameter as it must be documented. */
export function patternOf(row: RouteRow, { name, isList }: RowParam): string | undefined {
  const one = patternOfOne(row, name, isList);
  return isList && one !== undefined ? `(?:${one})(?:,(?:${one})){0,${mostOf(row) - 1}}` : one;
}

function patternOfOne(row: RouteRow, name: string, isList: boolean): string | undefined {
  if (name === 'state' && isOfDeliveries(row.path))
    return row.path.endsWith('/replay') ? 'dead|delivered' : 'pending|delivered|dead';
  if (isOfMissedCalls(row.path) && name === 'state') return 'open|claimed|closed|all';
  if (isOfMissedCalls(row.path) && name === 'id') return '[!-~]{1,150}';
  if (name === 'queue' && isList) return '[^\\u0000-\\u001f\\u007f]{1,80}';
  const own = isOfStatistics(row.path) ? patternsOfStatistics[name] : undefined;
  return own ?? written[readerOf(row, name)] ?? patterns[name];
}

/** Characters of the longest value. */
export function longestOf(row: RouteRow, name: string): number {
  if (name === 'callerId' || readerOf(row, name) === 'dialled') return 32;
  if (readerOf(row, name) === 'extension' || name === 'number') return 40;
  if (name === 'code' || name === 'outcome') return 40;
  return Number(/\{1,(\d+)\}/.exec(patternOfOne(row, name, false) ?? '')?.[1] ?? 9);
}

/** No number and no extension, however it is read. */
export const hostile: readonly string[] = [
  ...['80\r\n0', '80\r\nAction: Originate\r\nChannel: Local/s@outbound', '80\0', '\x0080', '80\x7f0', '80\x850'],
  ...['80&1', '80,1', '80\\1', '80|1', '80;1', '80:1', '80=1', '80@internal', '80%', '80%0d%0a1', '49+30', '++4930'],
  ...['8"0', "8'0", '8`id`0', '$(id)', '${EXTEN}', '$[1+1]', '{80}', '<80', '<8&0>', 'sip:8&0@box', '80?', '80!'],
  ...['tel:80%0d%0aAction:x', 'tel:80%00', '八', '80é', '\u{1f4de}', '\u017f', '\u212a', '\uff21', '\u00b2'],
];

/** What people write, and what becomes of it: nobody has the extension or number 899, 8999 or z. */
export interface Reading {
  readonly written: string;
  readonly plain: string;
  readonly by: readonly Reader[];
}

const all: readonly Reader[] = ['extension', 'dialled', 'callers'];
const numbers: readonly Reader[] = ['dialled', 'callers'];
export const readings: readonly Reading[] = [
  ...[' 899', '899 ', '8 9 9', '８９９', '89\u06699', '89\u200b9', '\ufeff899', '\u202a899\u202c', '8–9–9', '(8)99']
    .concat('tel:899', 'sip:899@box', '"Nobody" <899>')
    .map((written) => ({ written, plain: written === '89\u06699' ? '8999' : '899', by: all })),
  ...['899\n', '\r\n899', '899\r', '\t899', '89/9', '../899', 'tel:8%2099'].map((written) => ({
    written,
    plain: '899',
    by: written.startsWith('tel:') ? all : numbers,
  })),
  { written: '<z>', plain: 'z', by: ['dialled'] },
];

/** What the values of a list are trimmed of. */
const trimmed = ['899\n', '\r\n899', '899\r', '\t899'];

/** U+0080–U+009F are control characters, too, but harmless in what is only compared or shown. */
const withoutC1 = (value: string): string => value.replaceAll(/[\x80-\x9f]/g, '');

/** What a parameter makes of a written value that comes in this way; `undefined`: it is refused. */
export function readAs(row: RouteRow, { name, isList }: RowParam, way: Way, value: string): string | undefined {
  const reader = readerOf(row, name);
  switch (reader) {
    case 'word':
      return undefined;
    case 'reason':
      return /[\p{Cc};|]|^wrap-up$/iu.test(value) || value.trim() !== value ? undefined : value;
    case 'note':
      return /(?![\t\n\r])\p{Cc}/u.test(value) ? undefined : value;
    case 'secret':
      return value.includes('\0') ? undefined : value;
    case 'line':
      return /\p{Cc}/u.test(name === 'clientUserId' ? value : withoutC1(value)) ? undefined : value;
    case 'channel':
      return /^[!-~]+$/.test(value) ? value : undefined;
    case 'queue': {
      const name = isList ? value.trim() : value;
      // The stream only compares the names of queues.
      return !/\p{Cc}/u.test(isList ? withoutC1(name) : name) && name.trim() === name ? name : undefined;
    }
    case 'extension':
    case 'dialled':
    case 'callers': {
      const isCoded = way === 'form' || way === 'query';
      // There the space may stand for a + that was not encoded.
      if (isCoded && value.startsWith(' ') && reader !== 'extension') return undefined;
      if (isList && trimmed.includes(value)) return '899';
      return readings.find(({ written, by }) => written === value && by.includes(reader))?.plain;
    }
  }
}

/** Beyond the range of a number, or not one. */
const badNumbers = ['0', '-1', '+1', '1.5', '1e2', '0x10', '١', 'NaN', 'Infinity', 'one', '9007199254740993'];
const special: Readonly<Record<string, readonly string[]>> = {
  before: ['1', '0000000-1', '00000000-', '0000000G-1', '00000000-1 '],
  callerId: ['abc', '-', '*5', '5#'],
  channel: ['PJSIP/8 0', 'PJSIP/é', 'PJSIP/80\n'],
  code: ['a b', 'a,b', '-a', '.a', '_a', 'ä', 'a'.repeat(41)],
  confnum: ['680,1', '680&1', '680 ', 'ä', '６８０'],
  dst: ['*55801', '801#', '*', '#'],
  event: ['hangup', 'all', 'cdr,', ',cdr', 'cdr,,ivr', 'CDR', 'cdr ivr'],
  extension: ['*55801', '801#', '-+', '8+0'],
  format: ['JSON', 'xml', 'json,csv'],
  exact: ['2', '01', 'true', 'yes', 'on'],
  from: ['2026-11-25 08:20', '2026-02-30 00:00:00', '2026-11-25 24:00:00', 'now', '1795595877'],
  id: ['0123', `${'0'.repeat(32)},`, 'G'.repeat(32), 'A'.repeat(32)],
  kind: ['Queue', 'a b', 'a-b', 'queue,Queue', 'queues', 'dialbegin', 'all'],
  lastEventId: ['A', '1_2', '1 2'],
  limit: [...badNumbers, '1001', '00001'],
  limitSec: [...badNumbers.slice(1), '86401', '000001'],
  number: ['abc', '-'],
  outcome: ['a b', 'a,b', '-a', 'a'.repeat(41)],
  purpose: ['Stream', 'stream ', 'stream,recording', 'all'],
  reason: ['wrap-up', 'Wrap-Up', 'a;b', 'a|b'],
  receiver: ['Crm', 'a.b', 'Url'],
  ready: ['2', '01', 'true', 'yes'],
  ringSec: [...badNumbers, '121', '0001'],
  state: ['ON', 'On', 'off ', '1', '0', 'true', 'onoff', 'on,off', 'pause'],
  ticket: ['a b', 'a.b', 'ä'],
  ttl: [...badNumbers, '86401', '000001'],
  until: ['-1', '1.5', 'now', '1'.repeat(13)],
  uuid: ['1541415929 807', 'é', '1.2\n'],
  wait: ['2', '01', 'true', 'yes', 'on'],
};

/** Everything that is tried with a parameter. A comma parts the values of a list, so that each must be good. */
export function valuesFor({ name, isList }: RowParam): readonly string[] {
  const every = [...hostile, ...readings.map(({ written }) => written), ...(special[name] ?? [])];
  return isList ? [...every.filter((value) => value !== '80,1'), '899,80&1\n0', '899,80\r\n0'] : every;
}

/** Of JSON, what is no text and no whole number. */
export function badTypesFor({ isList }: RowParam): readonly unknown[] {
  const common: readonly unknown[] = [true, false, null, {}, { toString: '800' }, 1.5, 1e300];
  return isList ? [...common, [['800']], [{}], [null], ['899', true]] : [...common, [], ['800'], [800]];
}
