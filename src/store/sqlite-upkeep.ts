import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { Timer } from '../system/timer.ts';
import { CheckpointsCopy } from './checkpoints-copy.ts';
import { StoreError, storeError } from './store-error.ts';
import type { DroppedDelivery, Rows } from './sqlite-rows.ts';

/** What an Upkeep is made of. */
export interface UpkeepParts {
  readonly folder: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Bytes that the store may have. */
  readonly bytes: number;
  readonly keepDays: () => number;
  readonly receivers: () => readonly string[];
  /** The file, while it can be used. */
  readonly rows: () => Rows | undefined;
  readonly onDropped: (lost: readonly DroppedDelivery[]) => void;
  readonly onFailed: (error: StoreError) => void;
}

const day = 24 * 3600 * 1000;
/** Milliseconds for which a record is kept in any case: it is known by its id when a log is read again. */
const leastKept = 2 * 3600 * 1000;
/** Milliseconds between two looks for what is old. */
const lookWait = 60_000;
/** Milliseconds between two steps while there is more to do. */
const stepWait = 50;
/** Records deleted in one transaction. */
const mostDeleted = 100;
/** Times that records are deleted for one transaction that brings new ones: more than it brings. */
const stepsAtOnce = 3;
/** Share of the room that may be used before the oldest make way for the new. */
const fullShare = 0.95;
/** Transactions between two looks at how much is used. */
const measureEvery = 64;

/**
 * Keeps the store whole: looks through the file once, after it was opened. And within its bounds. By age: what every receiver got, and what is open for receivers that are gone
 * from the configuration. By size: the oldest that every receiver got, and when there are none the oldest of which
 * nothing is left but dead letters. What is pending is never let go of here.
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

  /** Told of each transaction. */
  wrote(): void {
    if (this.#timer.isSet && !this.#isSoon && ++this.#writes % measureEvery === 0) this.#next(stepWait);
  }

  /** Sees to it that records have room. Throws StoreError when the store has all it may have, and SQLite's errors. */
  requireRoom(rows: Rows): void {
    for (let step = 0; step < stepsAtOnce && rows.used > this.#parts.bytes; step++) {
      if (!this.makeRoom(rows)) throw new StoreError('full', 'the room set for the store is full of pending records');
    }
  }

  /** Makes some room at once. Returns whether there is some; throws what SQLite throws. */
  makeRoom(rows: Rows): boolean {
    if (rows.evictDone(mostDeleted) > 0) return true;
    const lost = rows.evictDead(mostDeleted);
    if (lost.length === 0) return false;
    this.#parts.log.warning(`store: full, the ${lost.length} oldest dead letters are deleted`);
    this.#parts.onDropped(lost);
    return true;
  }

  #next(wait: number): void {
    this.#isSoon = wait === stepWait;
    this.#timer.setIn(wait);
  }

  /** Brings the second copy of the notes up to date. */
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

  /** One short piece of work. Returns whether there is more to do. */
  #step(): boolean {
    const rows = this.#parts.rows();
    if (rows === undefined) return false;
    try {
      this.copyCheckpoints();
      if (rows.inspect()) return true;
      const now = this.#parts.clock.now();
      const before = now - Math.max(this.#parts.keepDays() * day, leastKept);
      if (rows.evictAged(before, mostDeleted) === mostDeleted) return true;
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
      const lost = rows.evictOf(receiver, before, now, mostDeleted);
      if (lost.length === 0) continue;
      this.#parts.log.info(`store: ${lost.length} records for ${receiver}, which is no receiver any more, expired`);
      this.#parts.onDropped(lost);
      isMore ||= lost.length >= mostDeleted;
    }
    return isMore;
  }

  #isFull(rows: Rows): boolean {
    return rows.used > fullShare * this.#parts.bytes;
  }
}
