import type { LogRow } from './row.ts';
import { localMoment } from './row-times.ts';

/** Milliseconds that AMI has for telling of a row after it was read in the file. */
const GRACE = 3_000;
/** Rows told by AMI that wait for their twin in the file: the file may lack any of them. */
const MOST_GIVEN = 500;
/** Rows among which another like it is looked for. */
const RECENT = 64;
/** Milliseconds: time zones are multiples of it apart. */
const ZONE = 15 * 60_000;

/** A row that nobody told of. */
export interface Missed {
  readonly row: LogRow;
  /** As `CdrRow.key` (picture/change.ts): what AMI's event of this row is known by too. */
  readonly key: string;
}

interface Waiting extends Missed {
  readonly plainKey: string;
  readonly line: string;
  /** ms, monotonic. */
  readonly readAt: number;
}

/** What is to be kept over a restart. */
export interface KeptRows {
  /** Lines of rows that AMI may still tell of. */
  readonly lines: readonly string[];
  /** Keys of the last rows, with which the next ones are compared. */
  readonly recent: readonly string[];
}

/** Which rows of Asterisk's file AMI did not tell of. Pure; times are ms of the monotonic clock. */
export class MissedRows {
  readonly #keyOf: (row: LogRow) => string;
  /** By key, the oldest first. */
  readonly #given = new Map<string, { readonly row: LogRow; count: number }>();
  readonly #recent: string[] = [];
  #waiting: Waiting[] = [];
  /** A row of the file is one that AMI gave with times of another zone. */
  #isOtherZone = false;

  constructor(keyOf: (row: LogRow) => string) {
    this.#keyOf = keyOf;
  }

  /** The file's times are of another zone than Asterisk's. */
  get isOtherZone(): boolean {
    return this.#isOtherZone;
  }

  get kept(): KeptRows {
    return { lines: this.#waiting.map(({ line }) => line), recent: [...this.#recent] };
  }

  /** The keys that were kept before a restart; their lines are read again by `found`. */
  restore(recent: readonly string[]): void {
    this.#recent.push(...recent);
  }

  /** AMI told of a row. */
  gave(row: LogRow): void {
    const key = this.#keyOf(row);
    const known = this.#given.get(key);
    if (known !== undefined) known.count++;
    else this.#given.set(key, { row, count: 1 });
    const [oldest] = this.#given.keys();
    if (this.#given.size > MOST_GIVEN && oldest !== undefined) this.#given.delete(oldest);
  }

  /** A row was read in the file. */
  found(row: LogRow, line: string, now: number): void {
    const plainKey = this.#keyOf(row);
    const ordinal = this.#recent.filter((key) => key === plainKey).length;
    this.#recent.push(plainKey);
    if (this.#recent.length > RECENT) this.#recent.shift();
    if (this.#take(plainKey)) return;
    this.#waiting.push({ row, plainKey, line, key: `${plainKey}|${ordinal}`, readAt: now });
  }

  /** The rows that AMI had its time to tell of and did not; `isAll`: it will not tell of any that wait. */
  due(now: number, isAll: boolean): Missed[] {
    const due: Missed[] = [];
    const waiting: Waiting[] = [];
    for (const one of this.#waiting) {
      if (this.#take(one.plainKey)) continue;
      if (!isAll && now - one.readAt < GRACE) waiting.push(one);
      else if (!this.#takeElsewhen(one.row)) due.push(one);
    }
    this.#waiting = waiting;
    return due;
  }

  #take(key: string): boolean {
    const known = this.#given.get(key);
    if (known === undefined) return false;
    if (--known.count === 0) this.#given.delete(key);
    return true;
  }

  /** As `#take`, of a row that is the same but for times that are a time zone apart. */
  #takeElsewhen(row: LogRow): boolean {
    for (const [key, { row: given }] of this.#given) {
      if (!isTwin(row, given)) continue;
      this.#isOtherZone = true;
      return this.#take(key);
    }
    return false;
  }
}

function isTwin(one: LogRow, other: LogRow): boolean {
  if (one.uniqueId !== other.uniqueId || one.destinationChannel !== other.destinationChannel) return false;
  if (one.lastApplication !== other.lastApplication || one.duration !== other.duration) return false;
  if (one.billableSeconds !== other.billableSeconds || one.disposition !== other.disposition) return false;
  const by = localMoment(one.endTime) - localMoment(other.endTime);
  return by !== 0 && by % ZONE === 0;
}
