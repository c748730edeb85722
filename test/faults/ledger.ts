import { existsSync, readFileSync } from 'node:fs';

/** A row of Asterisk's own CDR file. */
export interface Row {
  /** As it is in the file. */
  readonly line: string;
  /** What the `cdr` made of it has in the same fields (contract §3.6). Of two equal rows it is the same. */
  readonly key: string;
  readonly uniqueid: string;
  /** The call that it is a part of. */
  readonly call: string;
  /** As the file has it: a hand-over makes it that of another call. */
  readonly linkedid: string;
}

/** Columns of the kit's cdr_custom file, in their order. */
const columns =
  'clid src dst dcontext channel dstchannel lastapp lastdata start answer end duration billsec disposition amaflags ' +
  'accountcode uniqueid userfield linkedid sequence';
const names = columns.split(' ');

/** The columns that a `cdr` has too. */
const shared = ['clid', 'src', 'dst', 'start', 'answer', 'end', 'disposition', 'duration', 'billsec', 'uniqueid'];
/** The same by the names of contract §3.6. */
const fields = [
  ...['callerid', 'source', 'destination', 'starttime', 'answertime', 'endtime', 'disposition', 'duration'],
  ...['billableseconds', 'uniqueid'],
];

/** The values of a line of comma-separated ones, in which a quoted value has its quotes doubled. */
export function valuesOf(line: string): string[] {
  const values: string[] = [];
  const pattern = /(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/gy;
  for (const [, quoted, plain] of line.matchAll(pattern)) values.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
  return values;
}

/** The complete lines of a file that may not be there yet. */
function linesOf(file: string): string[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // What follows the last line end is being written.
  return lines.slice(0, -1);
}

/** The rows of a file made by the kit's cdr_custom mapping. A line that is none is an error: the ledger must be whole. */
export function readRows(file: string): Row[] {
  return linesOf(file).map((line) => {
    const values = valuesOf(line);
    if (values.length !== names.length) throw new Error(`not a row of ${names.length} columns: ${line}`);
    const row = Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
    const key = JSON.stringify(shared.map((name) => row[name]));
    return { line, key, uniqueid: row['uniqueid'] ?? '', call: row['linkedid'] ?? '', linkedid: row['linkedid'] ?? '' };
  });
}

/** `Row.key` of a pushed `cdr`. */
export function keyOf(body: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(fields.map((name) => body[name]));
}

/** The calls that joined a queue, by queue_log: call → its ENTERQUEUE lines. `callOf` names the call of a channel. */
export function readQueueCalls(file: string, callOf: (uniqueid: string) => string): Map<string, string[]> {
  const calls = new Map<string, string[]>();
  for (const line of linesOf(file)) {
    const [, uniqueid = '', , , event] = line.split('|');
    if (event !== 'ENTERQUEUE') continue;
    const call = callOf(uniqueid);
    calls.set(call, [...(calls.get(call) ?? []), line]);
  }
  return calls;
}
