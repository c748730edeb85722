import { rowKeyOf } from '../picture/cdr-row.ts';
import type { LogRow } from './row.ts';

/** Milliseconds that AMI has to tell of a row after it was read from the file. */
const tellTime = 3_000;
/** Most rows told by AMI that are kept until the file has them: it may lack any of them. */
const mostGiven = 500;
/** Rows among which identical ones are looked for. */
const mostRecent = 64;
/** Milliseconds: time zones differ by multiples of this. */
const zoneStep = 15 * 60_000;

/** A row and its key, which is the same whoever tells of it. */
export interface KeyedRow {
  readonly row: LogRow;
  /** As `CdrRow.key` (picture/model.ts): identical rows have different keys. */
  readonly key: string;
}

/** A row that AMI told. */
export interface GivenRow {
  readonly row: Omit<LogRow, 'raw'>;
  readonly key: string;
}

interface UnmatchedRow extends KeyedRow {
  readonly line: string;
  /** ms, monotonic. */
  readonly readAt: number;
}

/** What is saved over a restart. */
export interface SavedRows {
  /** Lines of rows that AMI may still tell of, with their keys. */
  readonly waiting: readonly (readonly [line: string, key: string])[];
  /** Keys of the last rows, to be compared with the next ones. */
  readonly recent: readonly string[];
}

/** Finds the rows of Asterisk's file that AMI did not tell of. Pure; times are ms of the monotonic clock. */
export class MissedRows {
  /** By key, the oldest first. */
  readonly #given = new Map<string, GivenRow['row']>();
  readonly #recent: string[] = [];
  #waiting: UnmatchedRow[] = [];
  #isOtherZone = false;

  /** Whether a row of the file is one that AMI told with times of another zone. */
  get isOtherZone(): boolean {
    return this.#isOtherZone;
  }

  get saved(): SavedRows {
    return { waiting: this.#waiting.map(({ line, key }) => [line, key]), recent: [...this.#recent] };
  }

  /** Goes on with what was saved before a restart; `read` reads a line. */
  restore({ waiting, recent }: SavedRows, read: (line: string) => LogRow | undefined, now: number): void {
    this.#recent.push(...recent);
    for (const [line, key] of waiting) {
      const row = read(line);
      if (row !== undefined) this.#waiting.push({ row, line, key, readAt: now });
    }
  }

  /** AMI told of a row. It may have missed the first of identical rows, and given its key to the second. */
  gave({ row, key }: GivenRow): void {
    this.#given.set(key, row);
    const [oldest] = this.#given.keys();
    if (this.#given.size > mostGiven && oldest !== undefined) this.#given.delete(oldest);
  }

  /** Rows are read again, since the position was lost: the ones read before are no identical rows. */
  again(): void {
    this.#recent.length = 0;
  }

  /** Takes a row of the file. */
  found(row: LogRow, line: string, now: number): void {
    const plainKey = rowKeyOf(row);
    const ordinal = this.#recent.filter((key) => key === plainKey).length;
    this.#recent.push(plainKey);
    if (this.#recent.length > mostRecent) this.#recent.shift();
    const key = `${plainKey}|${ordinal}`;
    if (!this.#given.delete(key)) this.#waiting.push({ row, line, key, readAt: now });
  }

  /** The rows that AMI had time to tell of and did not; `isAll`: it will not tell of any that are left. */
  due(now: number, isAll: boolean): KeyedRow[] {
    const due: KeyedRow[] = [];
    const waiting: UnmatchedRow[] = [];
    for (const one of this.#waiting) {
      if (this.#given.delete(one.key)) continue;
      if (!isAll && now - one.readAt < tellTime) waiting.push(one);
      else if (!this.#takeElsewhen(one.row)) due.push(one);
    }
    this.#waiting = waiting;
    return due;
  }

  /** Whether AMI told of the same row with times that are a time zone apart; removes that one. */
  #takeElsewhen(row: LogRow): boolean {
    for (const [key, given] of this.#given) {
      if (!isTwin(row, given)) continue;
      this.#isOtherZone = true;
      return this.#given.delete(key);
    }
    return false;
  }
}

function isTwin(one: LogRow, other: GivenRow['row']): boolean {
  if (one.uniqueId !== other.uniqueId || one.destinationChannel !== other.destinationChannel) return false;
  if (one.lastApplication !== other.lastApplication || one.duration !== other.duration) return false;
  if (one.billableSeconds !== other.billableSeconds || one.disposition !== other.disposition) return false;
  const by = one.span.to - other.span.to;
  return by !== 0 && by % zoneStep === 0;
}
