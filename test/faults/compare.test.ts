import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Receiver } from '../lab/receiver.ts';
import { Arrivals } from './arrivals.ts';
import { Away } from './away.ts';
import type { Truth } from './compare.ts';
import * as compare from './compare.ts';
import { readQueueCalls, readRows, valuesOf } from './ledger.ts';
import type { Seen } from './witness.ts';

const line = (uniqueid: string, dst: string, linkedid = uniqueid): string =>
  `"""Agent ""801"""" <801>","801","${dst}","internal","SIP/801-1","SIP/804-2","Dial","SIP/804,4,tk","2026-01-05 15:10:09",` +
  `"2026-01-05 15:10:10","2026-01-05 15:10:11","2","1","ANSWERED","DOCUMENTATION","","${uniqueid}","","${linkedid}",26`;
const cdr = (uniqueid: string, destination: string): Record<string, string> => ({
  event: 'cdr',
  callerid: '"Agent "801"" <801>',
  source: '801',
  destination,
  starttime: '2026-01-05 15:10:09',
  answertime: '2026-01-05 15:10:10',
  endtime: '2026-01-05 15:10:11',
  disposition: 'ANSWERED',
  duration: '2',
  billableseconds: '1',
  uniqueid,
});

/** What came, as `id → body`, to a receiver that takes all. */
function came(...pushes: readonly (readonly [string, Readonly<Record<string, string>>, number?])[]): Arrivals {
  const receiver = new Receiver();
  const arrivals = new Arrivals(receiver);
  for (const [id, json, attempt = 1] of pushes) {
    const headers = { 'webhook-id': id, 'x-coocenter-attempt': String(attempt) };
    receiver.onPush?.({ headers, raw: JSON.stringify(json), json, at: 0 }, { do: 'ok' });
  }
  return arrivals;
}

/** A call that goes on whatever the time is. */
const seen = (menus: readonly string[], queues: number): Seen => ({
  begun: 0,
  last: Infinity,
  menus: [...menus],
  queues,
});

function truth(
  lines: readonly string[],
  calls: Readonly<Record<string, Seen>> = {},
  log: readonly string[] = [],
): Truth {
  const dir = mkdtempSync(join(tmpdir(), 'coocenter-ledger-'));
  try {
    writeFileSync(join(dir, 'rows'), lines.map((text) => `${text}\n`).join('') + '"half a');
    writeFileSync(join(dir, 'log'), log.map((text) => `${text}\n`).join(''));
    const rows = readRows(join(dir, 'rows'));
    const queueCalls = readQueueCalls(join(dir, 'log'), (uniqueid) => uniqueid);
    return { rows, queueCalls, seen: new Map(Object.entries(calls)), away: new Away() };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

void t.test('a line of comma-separated values', (t) => {
  t.same(valuesOf('"a ""b"", c","",3,,"x"'), ['a "b", c', '', '3', '', 'x']);
  t.end();
});

void t.test('rows that are missing, twice, unknown or overtaken are found', (t) => {
  const rows = truth([line('1.1', '804'), line('1.1', 's'), line('1.2', '804'), line('1.2', '804')]);
  const first = [
    ['a', cdr('1.1', '804')],
    ['b', cdr('1.1', 's')],
  ] as const;
  const all = came(...first, ['c', cdr('1.2', '804')], ['d', cdr('1.2', '804')], ['a', cdr('1.1', '804'), 2]);
  t.same([...compare.rowProblems(rows, all), ...compare.orderProblems(rows, all)], [], 'the same id may come again');
  t.match(compare.rowProblems(rows, came(...first, ['c', cdr('1.2', '804')])), [/^1 of 2 missing: cdr of .*1\.2/]);
  const twice = came(...first, ['e', cdr('1.1', 's')], ['c', cdr('1.2', '804')], ['d', cdr('1.2', '804')]);
  t.match(compare.rowProblems(rows, twice), [/^2 for 1: cdr of .*"s".*1\.1/]);
  t.match(compare.rowProblems(truth([]), came(...first)).length, 2, 'without a row');
  t.match(compare.orderProblems(rows, came(first[1], first[0])), [/^overtook/, /^overtook/]);
  t.match(compare.bodyProblems(came(first[0], ['a', cdr('1.1', 's'), 2])), [/^2 bodies under a/]);
  t.match(compare.attemptProblems(came(first[0], first[0])), [/^x-coocenter-attempt of cdr a/]);
  t.end();
});

void t.test('call-centre records and menus that are missing, twice or unknown are found', (t) => {
  const record = (uuid: string): Record<string, string> => ({ event: 'cc_cdr', uuid });
  const menu = (uuid: string, ivrId: string): Record<string, string> => ({ event: 'ivr', uuid, ivrId });
  const log = ['1795596669|1.1|630|NONE|ENTERQUEUE||801|1', '1795596670|1.1|630|SIP/800|CONNECT|1|2|0'];
  const calls = truth([], { '1.1': seen(['610', '620'], 1), '1.2': seen([], 1), '1.3': seen([], 0) }, log);
  const menus = [
    ['m', menu('1.1', '610')],
    ['n', menu('1.1', '620')],
  ] as const;
  const good = came(...menus, ['a', record('1.1')], ['b', record('1.2')]);
  t.same([...compare.recordProblems(calls, good), ...compare.menuProblems(calls, good)], []);
  t.match(compare.recordProblems(calls, came(['b', record('1.2')])), [/^missing: cc_cdr of 1\.1: .*ENTERQUEUE/]);
  t.match(compare.recordProblems(calls, came(['a', record('1.1')])), [/^missing: cc_cdr of 1\.2/]);
  const more = came(['a', record('1.1')], ['b', record('1.2')], ['c', record('1.1')], ['d', record('1.3')]);
  t.match(compare.recordProblems(calls, more), [/^2 cc_cdr of 1\.1, ids a,c/, /^cc_cdr of 1\.3, which passed no menu/]);
  t.match(compare.menuProblems(calls, came(menus[0])), [/^missing: ivr 610 of 1\.1/]);
  t.match(compare.menuProblems(calls, came(menus[1], menus[0])), [/^too many or out of order: ivr 620,610/]);
  t.match(compare.menuProblems(calls, came(...menus, ['o', menu('1.1', '620')])), [/^too many/]);
  t.match(compare.menuProblems(calls, came(['a', record('1.1')], ...menus)), [/^after its cc_cdr/]);
  calls.away.begin();
  t.same(compare.menuProblems(calls, came(menus[1])), [], 'what was away may have missed a menu');
  t.same(compare.recordProblems(calls, came(['a', record('1.1')])), [], 'and a call that no log tells of');
  t.end();
});
