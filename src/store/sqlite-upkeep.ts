import type { Clock } from '../system/clock.ts';
import { localDay } from '../system/local-time.ts';
import type { Log } from '../system/log.ts';
import { Timer } from '../system/timer.ts';
import { CheckpointsCopy } from './checkpoints-copy.ts';
import { StoreError, storeError } from './store-error.ts';
import type { Rows } from './sqlite-rows.ts';
import type { DroppedDelivery } from './write-buffer.ts';

/** What an Upkeep is made of. */
export interface UpkeepParts {
  readonly folder: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Bytes that the store may use. */
  readonly bytes: number;
  readonly keepDays: () => number;
  /** Days for which it is kept who heard a recording. */
  readonly accessDays: () => number;
  readonly receivers: () => readonly string[];
  /** The open file, while the disk works. */
  readonly rows: () => Rows | undefined;
  readonly onDropped: (dropped: readonly DroppedDelivery[]) => void;
  readonly onFailed: (error: StoreError) => void;
}

const day = 24 * 3600 * 1000;
/** Milliseconds for which any record is kept, so that its id is recognised when a log is read again. */
const leastKept = 2 * 3600 * 1000;
/** Milliseconds between two searches for old records. */
const lookWait = 60_000;
/** Milliseconds between two steps while more is to be done. */
const stepWait = 50;
/** Records deleted in one transaction. */
const mostDeleted = 100;
/** Deletions for one transaction of new records: together they delete more records than it brings. */
const stepsAtOnce = 3;
/** Share of the room that is used before the oldest records are deleted. */
const fullShare = 0.95;
/** Rows of the access log, and bytes of the store for each: they may take a quarter of it, with about 250 bytes a row. */
const accesses = { most: 100_000, bytesFor: 1_000 } as const;
/** Months for which figures are kept, and bytes of the store for each of their rows, of some 50 bytes: a quarter of it. */
const figures = { months: 13, bytesFor: 200 } as const;
/** Transactions between two measurements of the used room. */
const measureEvery = 64;

/**
 * Looks for damage once, by reading the file after it was opened, and keeps the store within its bounds. By age, it deletes
 * records that every receiver got, and what is open for receivers that are no longer configured. By size, it deletes the
 * oldest records that every receiver got, and if there are none the oldest with nothing but dead letters. Pending records
 * of configured receivers are never deleted here. Figures and the access log have shares of their own.
 */
export class Upkeep {
  readonly #parts: UpkeepParts;
  readonly #timer: Timer;
  #copy: CheckpointsCopy | undefined;
  #copiedAt = -Infinity;
  #writes = 0;
  #isSoon = false;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.clock, () => {
      this.#next(this.#step() ? stepWait : lookWait);
    });
  }

  start(): void {
    this.#next(lookWait);
  }

  stop(): void {
    this.#timer.clear();
  }

  /** Must be called after each transaction. */
  wrote(): void {
    if (this.#timer.isSet && !this.#isSoon && ++this.#writes % measureEvery === 0) this.#next(stepWait);
  }

  /** Makes room for new records if need be. Throws StoreError if there is none, and SQLite's errors. */
  requireRoom(rows: Rows): void {
    for (let step = 0; step < stepsAtOnce && rows.used > this.#parts.bytes; step++) {
      if (!this.makeRoom(rows)) throw new StoreError('full', 'the room set for the store is full of pending records');
    }
  }

  /** Deletes some records. Returns whether there were any; throws what SQLite throws. */
  makeRoom(rows: Rows): boolean {
    if (rows.evictions.done(mostDeleted) > 0) return true;
    const dropped = rows.evictions.dead(mostDeleted);
    if (dropped.length === 0) return false;
    this.#parts.log.warning(`store: full, the ${dropped.length} oldest dead letters are deleted`);
    this.#parts.onDropped(dropped);
    return true;
  }

  #next(wait: number): void {
    this.#isSoon = wait === stepWait;
    this.#timer.setIn(wait);
  }

  /** Brings the second copy of the checkpoints up to date. */
  copyCheckpoints(atOnce = false): void {
    const { rows, clock, log, folder } = this.#parts;
    const open = rows();
    const now = clock.monotonic();
    if (open?.isOpen !== true || (!atOnce && now - this.#copiedAt < lookWait)) return;
    this.#copiedAt = now;
    this.#copy ??= new CheckpointsCopy(folder);
    try {
      this.#copy.write(open.checkpoints());
    } catch (cause) {
      log.debug(`store: no second copy of the notes: ${String(cause)}`);
    }
  }

  /** Does one short piece of work. Returns whether there is more to do. */
  #step(): boolean {
    const rows = this.#parts.rows();
    if (rows === undefined) return false;
    try {
      this.copyCheckpoints();
      if (rows.inspect()) return true;
      const now = this.#parts.clock.now();
      const before = now - Math.max(this.#parts.keepDays() * day, leastKept);
      if (rows.evictions.aged(before, mostDeleted) === mostDeleted) return true;
      const mostAccesses = Math.min(accesses.most, this.#parts.bytes / accesses.bytesFor);
      const sinceAccess = now - this.#parts.accessDays() * day;
      if (rows.accesses.trim(sinceAccess, Math.floor(mostAccesses), mostDeleted) >= mostDeleted) return true;
      // A day and an hour at each look: a clock that is wrong for a while does not cost all of them.
      rows.figures.trim(localDay(now, -figures.months));
      if (rows.figureBound.step(this.#parts.bytes / figures.bytesFor)) return true;
      if (this.#expireGone(rows, before, now)) return true;
      return this.#isFull(rows) && this.makeRoom(rows);
    } catch (error) {
      const known = storeError(error);
      if (known === undefined) this.#parts.log.error('store: the upkeep failed', error);
      else this.#parts.onFailed(known);
      return false;
    }
  }

  #expireGone(rows: Rows, before: number, now: number): boolean {
    const names = new Set(this.#parts.receivers());
    let isMore = false;
    for (const receiver of rows.receivers) {
      const { pending, dead } = rows.counts(receiver);
      if (names.has(receiver) || pending + dead === 0) continue;
      const dropped = rows.evictions.openOf(receiver, before, now, mostDeleted);
      if (dropped.length === 0) continue;
      this.#parts.log.info(`store: ${dropped.length} records for ${receiver}, which is no receiver any more, expired`);
      this.#parts.onDropped(dropped);
      isMore ||= dropped.length >= mostDeleted;
    }
    return isMore;
  }

  #isFull(rows: Rows): boolean {
    return rows.used > fullShare * this.#parts.bytes;
  }
}
