import type { Checkpoints } from '../system/checkpoints.ts';
import { systemClock } from '../system/clock.ts';
import type { Clock } from '../system/clock.ts';
import { Timer } from '../system/timer.ts';
import { StoreError, storeError } from './store-error.ts';
import { openFile } from './sqlite-file.ts';
import { WriteBuffer } from './write-buffer.ts';
import type { Queries } from './sqlite-queries.ts';
import type { ReplayedSlice, Selection } from './sqlite-replays.ts';
import type { Log } from '../system/log.ts';
import { Rows } from './sqlite-rows.ts';
import type { StoreChange, DroppedDelivery } from './sqlite-rows.ts';
import { Upkeep } from './sqlite-upkeep.ts';
import type { Entry, Mark, OnDropped, PendingRecord, Store, StoreCounts, StoreHealth } from './store.ts';

/** Bounds of a SqliteStore. */
export interface SqliteStoreLimits {
  /** Bytes of the file; the log beside it (`-wal`) adds a few megabytes at most. */
  readonly bytes: number;
  /** Records that wait in memory while the disk takes none. */
  readonly buffered: number;
}

/** What a SqliteStore is made of. */
export interface SqliteStoreParts {
  /** Made if absent; nothing else may write to it. */
  readonly folder: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly limits?: Partial<SqliteStoreLimits>;
  /** Days for which a record is kept after its last receiver got it. */
  readonly keepDays: () => number;
  /** Names of the receivers there are: what is open for another expires as if it had been delivered. */
  readonly receivers: () => readonly string[];
}

/** A change whose caller waits. */
interface QueuedChange {
  readonly change: StoreChange;
  readonly promise: Promise<number | undefined>;
  readonly resolve: (seq: number | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface Trouble {
  readonly since: number;
  readonly error: StoreError;
  /** The file is to be opened anew. */
  readonly reopen: boolean;
}

const megabyte = 1024 * 1024;
/** Changes in one transaction: what it may hold up the event loop for. */
const mostChanges = 200;
/** Milliseconds in which changes gather. */
const gatherTime = 3;
/** Milliseconds that a slow disk can make of it. */
const longestGatherTime = 100;
/** Milliseconds between two attempts at a disk that fails. */
const retryWait = 1_000;

/**
 * Records in an SQLite file: they outlive the process and the power. What a promise resolved for is on the disk.
 *
 * While the disk takes nothing (full, read-only, broken), `add` and `mark` reject at once, so that the receivers can
 * be served from memory; what was rejected is still kept, bounded, and written once the disk takes it. A file that is
 * found damaged is set aside and a new one begun.
 */
export class SqliteStore implements Store, Checkpoints {
  readonly #parts: SqliteStoreParts;
  readonly #clock: Clock;
  readonly #buffer: WriteBuffer;
  readonly #upkeep: Upkeep;
  #onDropped: OnDropped = () => undefined;
  #state: 'new' | 'open' | 'closed' = 'new';
  #rows: Rows | undefined;
  readonly #queue: QueuedChange[] = [];
  readonly #flushTimer: Timer;
  readonly #retryTimer: Timer;
  /** Milliseconds that the last transaction took. */
  #lastTook = 0;
  #trouble: Trouble | undefined;
  #dropped = 0;

  constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#flushTimer = new Timer(this.#clock, () => {
      this.#flush();
      this.#scheduleFlush();
    });
    this.#retryTimer = new Timer(this.#clock, () => {
      this.#catchUp();
    });
    this.#buffer = new WriteBuffer(parts.limits?.buffered ?? 2_000);
    this.#upkeep = new Upkeep({
      folder: parts.folder,
      log: parts.log,
      clock: this.#clock,
      bytes: parts.limits?.bytes ?? 512 * megabyte,
      keepDays: parts.keepDays,
      receivers: parts.receivers,
      rows: () => (this.#trouble === undefined ? this.#rows : undefined),
      onLost: (lost) => {
        this.#tell(lost);
      },
      onFailed: (error) => {
        this.#fails(error);
      },
    });
  }

  /** For whoever watches the box. */
  get health(): StoreHealth {
    const dropped = this.#dropped;
    if (this.#trouble === undefined) return { state: 'ok', dropped };
    const { since, error } = this.#trouble;
    return { state: 'failing', since, reason: error.message, waiting: this.#buffer.size, dropped };
  }

  /** Opens the file. With a disk that fails the store goes on in memory; only SchemaError rejects. */
  start(onDropped: OnDropped): Promise<void> {
    return this.#promise(() => {
      this.#onDropped = onDropped;
      this.#state = 'open';
      try {
        this.#open(false);
      } catch (error) {
        const known = storeError(error);
        if (known === undefined) {
          this.#state = 'closed';
          throw error;
        }
        this.#fails(known, true);
      }
      this.#upkeep.start();
    });
  }

  stop(): Promise<void> {
    return this.#promise(() => {
      if (this.#state !== 'open') return;
      this.#state = 'closed';
      this.#upkeep.stop();
      this.#flushTimer.clear();
      while (this.#queue.length > 0) this.#flush();
      this.#retryTimer.clear();
      if (this.#trouble !== undefined) this.#catchUp();
      this.#retryTimer.clear();
      this.#upkeep.copyCheckpoints(true);
      if (!this.#buffer.isEmpty) this.#parts.log.error(`store: ${this.#buffer.size} records could not be written`);
      this.#rows?.close();
    });
  }

  add(entry: Entry, receivers: readonly string[]): Promise<number | undefined> {
    return this.#change({ kind: 'add', entry, receivers });
  }

  async mark(receiver: string, id: string, mark: Mark): Promise<void> {
    await this.#change({ kind: 'mark', receiver, id, mark });
  }

  pending(receiver: string, after: number, limit: number): Promise<readonly PendingRecord[]> {
    return this.#read((rows) => rows.pending(receiver, after, limit));
  }

  /** Asks the file; rejects with StoreError when it cannot be read. */
  query<T>(question: (queries: Queries) => T): Promise<T> {
    return this.#read(({ queries }) => question(queries));
  }

  /** Makes deliveries pending anew: the next of those selected beyond `after`, a short piece of work. */
  replay(selection: Selection, after: number): Promise<ReplayedSlice> {
    return this.#read((rows) => {
      // What was delivered a moment ago is delivered, and is sent again; not the other way round.
      while (this.#trouble === undefined && this.#queue.length > 0) this.#flush();
      if (this.#trouble !== undefined) throw this.#trouble.error;
      return rows.replay(selection, after, this.#clock.now());
    });
  }

  #read<T>(work: (rows: Rows) => T): Promise<T> {
    return this.#promise(() => {
      if (this.#state !== 'open') throw new StoreError('unusable', 'the store is not open');
      try {
        return work(this.#readable);
      } catch (error) {
        const known = storeError(error);
        if (known?.kind === 'damaged' && this.#trouble?.error !== error) this.#fails(known);
        throw known ?? error;
      }
    });
  }

  counts(receiver: string): StoreCounts {
    return this.#rows?.counts(receiver) ?? { pending: 0, dead: 0 };
  }

  get isFull(): boolean {
    return this.#trouble?.error.kind === 'full';
  }

  has(id: string): boolean {
    return this.#queue.some(({ change }) => change.kind === 'add' && change.entry.id === id) || this.#isKept(id);
  }

  checkpoint(name: string): string | undefined {
    const queued = this.#queue.findLast(({ change }) => change.kind === 'checkpoint' && change.name === name)?.change;
    return queued?.kind === 'checkpoint'
      ? queued.text
      : (this.#buffer.checkpoint(name) ?? this.#readable.checkpoint(name));
  }

  setCheckpoint(name: string, text: string): void {
    // What fails waits in memory, and the trouble is told of where it began.
    this.#change({ kind: 'checkpoint', name, text }).catch(() => undefined);
  }

  get isSafe(): boolean {
    return this.#state === 'open' && this.#trouble === undefined;
  }

  async settled(): Promise<void> {
    // In their order: with the last all are there.
    await this.#queue.at(-1)?.promise.catch(() => undefined);
  }

  #change(change: StoreChange): Promise<number | undefined> {
    if (this.#state !== 'open') return Promise.reject(new StoreError('unusable', 'the store is not open'));
    if (this.#trouble !== undefined) {
      return this.#promise(() => {
        if (this.#trouble === undefined || this.#isKnown(change)) return undefined;
        const { error } = this.#trouble;
        this.#tell(this.#buffer.take(change));
        throw error;
      });
    }
    const waiting: QueuedChange = { change, ...Promise.withResolvers<number | undefined>() };
    this.#queue.push(waiting);
    this.#scheduleFlush();
    return waiting.promise;
  }

  /** A record that was taken before: the file can most often be read though not written. */
  #isKnown(change: StoreChange): boolean {
    return change.kind === 'add' && this.#isKept(change.entry.id);
  }

  /** The file, while it can be read. */
  get #readable(): Rows {
    if (this.#rows?.isOpen === true) return this.#rows;
    throw this.#trouble?.error ?? new StoreError('unusable', 'the store has no file');
  }

  #isKept(id: string): boolean {
    if (this.#buffer.has(id)) return true;
    try {
      return this.#rows?.isOpen === true && this.#rows.has(id);
    } catch {
      // It cannot be read either, which is the trouble that is known; writing will tell the two apart.
      return false;
    }
  }

  #scheduleFlush(): void {
    if (this.#queue.length === 0) return;
    // A third of the time at most goes into transactions, however slow the disk.
    this.#flushTimer.ensureIn(Math.min(Math.max(gatherTime, 2 * this.#lastTook), longestGatherTime));
  }

  /** Writes what waits, as far as one transaction goes. */
  #flush(): void {
    const group = this.#queue.splice(0, mostChanges);
    const rows = this.#rows;
    if (rows === undefined || this.#trouble !== undefined) {
      this.#refuse(group, this.#trouble?.error ?? new StoreError('unusable', 'the store has no file'));
      return;
    }
    try {
      const changes = group.map(({ change }) => change);
      const results = this.#write(rows, changes);
      for (const [index, { resolve }] of group.entries()) resolve(results[index]);
    } catch (error) {
      const known = storeError(error);
      if (known === undefined) {
        this.#single(rows, group);
        return;
      }
      this.#fails(known);
      this.#refuse(group, known);
    }
  }

  /** One of a group is at fault, and only that one shall fail. */
  #single(rows: Rows, group: readonly QueuedChange[]): void {
    for (const one of group) {
      if (this.#trouble !== undefined) {
        this.#refuse([one], this.#trouble.error);
        continue;
      }
      try {
        one.resolve(this.#write(rows, [one.change])[0]);
      } catch (error) {
        const known = storeError(error);
        if (known !== undefined) {
          this.#fails(known);
          this.#refuse([one], known);
        } else {
          one.reject(error);
        }
      }
    }
  }

  #write(rows: Rows, changes: readonly StoreChange[]): (number | undefined)[] {
    const begun = this.#clock.monotonic();
    try {
      if (changes.some(({ kind }) => kind === 'add')) this.#upkeep.requireRoom(rows);
      try {
        return rows.apply(changes, this.#clock.now());
      } catch (error) {
        if (storeError(error)?.kind !== 'full' || !this.#upkeep.makeRoom(rows)) throw error;
        return rows.apply(changes, this.#clock.now());
      }
    } finally {
      this.#lastTook = this.#clock.monotonic() - begun;
      this.#upkeep.wrote();
    }
  }

  #refuse(group: readonly QueuedChange[], error: StoreError): void {
    for (const { change, reject } of group) {
      this.#tell(this.#buffer.take(change));
      reject(error);
    }
  }

  /** The disk fails from now on; told once. */
  #fails(error: StoreError, reopen = error.kind === 'damaged' || error.kind === 'unusable'): void {
    if (this.#trouble === undefined) {
      this.#parts.log.error(`store: ${error.message}; records wait in memory until it is over`);
      this.#trouble = { since: this.#clock.now(), error, reopen };
    } else {
      this.#trouble = { since: this.#trouble.since, error, reopen: reopen || this.#trouble.reopen };
    }
    this.#retryTimer.setIn(retryWait);
  }

  /** Tries the disk again, with what waits; one transaction, then the next after others had their turn. */
  #catchUp(): void {
    const since = this.#trouble?.since ?? this.#clock.now();
    try {
      if (this.#trouble?.reopen === true) this.#reopen(this.#trouble);
      const rows = this.#readable;
      do {
        const { changes, written } = this.#buffer.next(mostChanges);
        this.#write(rows, changes);
        written();
      } while (this.#state === 'closed' && !this.#buffer.isEmpty);
    } catch (error) {
      this.#fails(storeError(error) ?? new StoreError('unusable', String(error), { cause: error }));
      return;
    }
    if (!this.#buffer.isEmpty) {
      this.#retryTimer.setIn(gatherTime);
      return;
    }
    const seconds = Math.round((this.#clock.now() - since) / 1000);
    this.#trouble = undefined;
    this.#parts.log.info(`store: writes again, after ${seconds} s`);
  }

  #reopen(trouble: Trouble): void {
    this.#rows?.close();
    // Looked through only when it is suspected: that would hold up everything each time.
    this.#open(trouble.error.kind === 'damaged');
    this.#trouble = { ...trouble, reopen: false };
  }

  #open(isChecked: boolean): void {
    const { folder, log } = this.#parts;
    const db = openFile(folder, isChecked, this.#clock.now(), log);
    try {
      this.#rows = new Rows(db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #tell(lost: readonly DroppedDelivery[]): void {
    for (const { receiver, id } of lost) {
      this.#dropped++;
      this.#onDropped(receiver, id);
    }
  }

  /** What SQLite does is done at once: the promise is the interface's. */
  #promise<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      resolve(work());
    });
  }
}
