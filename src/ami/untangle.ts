import { findOwnLines } from './own-lines.ts';
import { isCallersText, type EventShape } from './event-shape.ts';
import { channelFields } from './known-shapes.ts';
import { equals } from './string-cache.ts';

const LF = 10;
const CR = 13;
const COLON = 58;

export const blank = Buffer.from('\r\n\r\n');
const lineEnd = 2;
const firstWords = ['Event: ', 'Response: '] as const;

/** The fields of a channel from one to another, as Asterisk writes them one after the other. */
function channelFieldsFrom(first: string, last: string): readonly string[] {
  return channelFields.slice(channelFields.indexOf(first), channelFields.indexOf(last) + 1);
}

const loginFields = ['AccountID', 'SessionID', 'LocalAddress', 'RemoteAddress'];

/** The fields that Asterisk still writes, of a channel or of a login, after each field that may hold a caller's text. */
const fieldsAfter: ReadonlyMap<string, readonly string[]> = new Map(
  [channelFieldsFrom('CallerIDNum', 'Language'), channelFieldsFrom('Exten', 'Linkedid'), loginFields]
    .flatMap((fields) => fields.slice(0, -1).map((name, at) => [name, fields.slice(at + 1)] as const))
    .filter(([name]) => isCallersText(name)),
);
const innerNames = [...fieldsAfter.keys()];

/** Bytes that an event and what a caller added to it may have; real numbers and names are far shorter. */
const longest = 8 * 1024;

/** Whether a message begins there; `open`: it does as far as the bytes go. */
export function beginsMessage(bytes: Buffer, from: number): 'yes' | 'no' | 'open' {
  let at = from;
  while (at < bytes.length && (bytes[at] === CR || bytes[at] === LF)) at++;
  for (const word of firstWords) {
    const known = Math.min(word.length, bytes.length - at);
    if (known < word.length ? equals(word.slice(0, known), bytes, at, at + known) : equals(word, bytes, at, at + known))
      return known < word.length ? 'open' : 'yes';
  }
  return 'no';
}

const callerIdNum = Buffer.from('CallerIDNum: ');
const withColon = (name: string): string => `${name}: `;
const afterCallerIdNum = channelFieldsFrom('CallerIDName', 'Linkedid').map(withColon);
const accountId = Buffer.from('AccountID: ');
const afterAccountId = loginFields.slice(1).map(withColon);

/** What the line before the last two of a whole VarSet begins with: the end of its channel, or a channel's id alone. */
const beforeVariable = ['Linkedid: ', 'Uniqueid: '];

/**
 * Whether a caller's text cut an event that nobody reads, so that what follows may be the caller's: something that
 * Asterisk always writes is missing. It looks at as little as it can, since most of what Asterisk sends is such events.
 */
export function isCut(name: string, bytes: Buffer, start: number, end: number): boolean {
  const event = bytes.subarray(start, end);
  if (name === 'VarSet') {
    const value = lineBefore(bytes, start, end - blank.length);
    const variable = lineBefore(bytes, start, value - 2);
    const last = lineBefore(bytes, start, variable - 2);
    return !(
      isWholeBehind(callerIdNum, afterCallerIdNum, event) &&
      begins(bytes, value, 'Value: ') &&
      begins(bytes, variable, 'Variable: ') &&
      (beforeVariable.some((field) => begins(bytes, last, field)) || begins(bytes, last, 'ChanVariable'))
    );
  }
  if (name === 'UserEvent') return event.indexOf('\r\nUserEvent: ') < 0;
  if (!isWholeBehind(callerIdNum, afterCallerIdNum, event)) return true;
  if (!isWholeBehind(accountId, afterAccountId, event)) return true;
  if (name === 'OriginateResponse') return false;
  const last = lineBefore(bytes, start, end - blank.length);
  let colon = last;
  while (colon < end && bytes[colon] !== COLON && bytes[colon] !== CR) colon++;
  for (const inner of innerNames) if (equals(inner, bytes, Math.max(last, colon - inner.length), colon)) return true;
  return false;
}

/**
 * Whether each line of that name, with any prefix (`Dest`), is followed by the others in Asterisk's order. A caller who
 * ends an event must write them all, and 79 characters are too few for that.
 */
function isWholeBehind(first: Buffer, others: readonly string[], event: Buffer): boolean {
  for (let at = event.indexOf(first); at >= 0; at = event.indexOf(first, at + first.length)) {
    let line = at;
    while (line > 0 && event[line - 1] !== COLON && !(event[line - 1] === LF && event[line - 2] === CR)) line--;
    // It is part of a value.
    if (event[line - 1] === COLON) continue;
    const prefix = at - line;
    for (const name of others) {
      while (line < event.length && !(event[line] === CR && event[line + 1] === LF)) line++;
      line += lineEnd;
      const from = line + prefix;
      if (!equals(name, event, from, from + name.length)) return false;
      line = from + name.length;
    }
  }
  return true;
}

/** Where the line starts that ends at `end`. */
function lineBefore(bytes: Buffer, start: number, end: number): number {
  let line = end;
  while (line > start && !(bytes[line - 1] === LF && bytes[line - 2] === CR)) line--;
  return line;
}

function begins(bytes: Buffer, at: number, text: string): boolean {
  return equals(text, bytes, at, at + text.length);
}

/**
 * What became of an event that is not as Asterisk writes it; the next message begins at `end`. `mended`: its own lines
 * were found, three numbers each as in `MessageView`. `dropped`: they were not.
 */
export type Untangled =
  | { readonly kind: 'mended'; readonly end: number; readonly lines: Int32Array<ArrayBuffer> }
  | { readonly kind: 'dropped'; readonly end: number };

/**
 * Finds where the event at `start`, whose first empty line ends at `firstEnd`, really ends, and which of its lines are
 * Asterisk's. `undefined`: part of it is still to come.
 */
export function untangle(
  bytes: Buffer,
  start: number,
  firstEnd: number,
  shape: EventShape | undefined,
): Untangled | undefined {
  const isShaped = shape !== undefined;
  let piece = start;
  let missing: readonly string[] = [];
  for (let end = firstEnd; ;) {
    const lines = linesOf(bytes, piece, end - 2);
    if (!isShaped) missing = missingAfter(lines, missing);
    else if (piece === start && isBrokenByCaller(lines, shape)) missing = ['the rest of it'];
    const next = beginsMessage(bytes, end);
    if (next !== 'no') {
      const mended = isShaped ? read(bytes, start, end, shape) : 'missing';
      if (mended === 'unclear') return { kind: 'dropped', end };
      if (mended !== 'missing') return { kind: 'mended', end, lines: mended };
      if (missing.length === 0) return { kind: 'dropped', end };
    }
    if (end - start > longest) return { kind: 'dropped', end: firstEnd };
    const at = bytes.indexOf(blank, end);
    if (at < 0) return bytes.length - start > longest ? { kind: 'dropped', end: firstEnd } : undefined;
    piece = end;
    end = at + blank.length;
  }
}

/** The fields of an event without a shape that are still to come after these lines, when `missing` was before them. */
function missingAfter(lines: readonly Line[], missing: readonly string[]): readonly string[] {
  // More only seems to follow the last field of an OriginateResponse and the first of an ExtensionStatus.
  const isResponse = lines.some(({ name }) => name === 'Reason');
  return lines.reduce((left, { name }, at) => {
    const rest = name === 'Exten' && lines[at + 1]?.name === 'Context' ? [] : restOf(name);
    if (rest.length > 0 && lines[at + 1]?.name !== rest[0] && !(isResponse && at === lines.length - 1)) return rest;
    return name === left[0] ? left.slice(1) : left;
  }, missing);
}

/** Whether the first line that is not the next one of Asterisk's comes after a caller's text. */
function isBrokenByCaller(lines: readonly Line[], shape: EventShape): boolean {
  let field = 0;
  let isOpen = false;
  for (const { name } of lines) {
    let at = field;
    while (shape.names[at] !== name && shape.optional[at] === true) at++;
    if (shape.names[at] !== name) {
      if (isOpen || shape.knows(name)) return isOpen;
      continue;
    }
    field = at + 1;
    isOpen = shape.open[at] === true;
  }
  return isOpen;
}

interface Line {
  readonly start: number;
  readonly colon: number;
  readonly stop: number;
  readonly name: string;
}

function linesOf(bytes: Buffer, start: number, end: number): Line[] {
  const lines: Line[] = [];
  for (let at = start; at < end;) {
    const found = bytes.indexOf('\r\n', at);
    const stop = found < 0 ? end : found;
    const colon = bytes.subarray(at, stop).indexOf(COLON);
    lines.push({ start: at, colon: at + colon, stop, name: colon < 0 ? '' : bytes.toString('latin1', at, at + colon) });
    at = stop + 2;
  }
  return lines;
}

function restOf(cut: string): readonly string[] {
  const inner = innerNames.find((name) => cut.endsWith(name));
  if (inner === undefined) return [];
  const prefix = cut.slice(0, cut.length - inner.length);
  return (fieldsAfter.get(inner) ?? []).map((name) => prefix + name);
}

function read(
  bytes: Buffer,
  start: number,
  end: number,
  shape: EventShape,
): Int32Array<ArrayBuffer> | 'missing' | 'unclear' {
  // `channelvars` of manager.conf adds lines behind any channel.
  const lines = linesOf(bytes, start, end - 2).filter(({ name }) => !name.endsWith('ChanVariable'));
  const mended = findOwnLines(
    lines.map(({ name }) => name),
    shape,
  );
  if (mended.kind !== 'read') return mended.kind;
  return Int32Array.from(
    mended.lines.flatMap((at) => {
      const line = lines[at];
      return line === undefined ? [] : [line.start, line.colon, line.stop];
    }),
  );
}
