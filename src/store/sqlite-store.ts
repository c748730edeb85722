import type { Checkpoints } from '../system/checkpoints.ts';
import { systemClock } from '../system/clock.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { AccessLog } from './access-log.ts';
import { DiskFailure } from './disk-failure.ts';
import { GroupCommit } from './group-commit.ts';
import { openFile } from './sqlite-file.ts';
import type { Queries } from './sqlite-queries.ts';
import type { AccessRow, StoredAccess } from './access.ts';
import type { FigureChange, FigureQuestion } from './figures.ts';
import type { FigureSlice } from './sqlite-figures.ts';
import type { ReplayedSlice, Selection } from './sqlite-replays.ts';
import { Rows } from './sqlite-rows.ts';
import type { DroppedDelivery, StoreChange } from './write-buffer.ts';
import { Upkeep } from './sqlite-upkeep.ts';
import { StoreError, storeError } from './store-error.ts';
import type { Entry, Kept, Mark, OnDropped, PendingRecord, Store, StoreCounts, StoreHealth } from './store.ts';

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
  /** Days for which it is kept who heard a recording. */
  readonly accessDays?: () => number;
  /** Names of the configured receivers: what is open for any other expires as if it had been delivered. */
  readonly receivers: () => readonly string[];
}

/** Some rows of the access log, and the file that they are of. */
export interface AccessSlice {
  readonly storeId: string;
  readonly rows: readonly StoredAccess[];
}

const megabyte = 1024 * 1024;

/**
 * Records in an SQLite file: they outlive the process and a loss of power. Once a promise has resolved, its change is on
 * the disk.
 *
 * While the disk takes nothing (full, read-only, broken), `add` and `mark` reject at once, so that the receivers can be
 * served from memory. What was rejected is still kept, within bounds, and written once the disk takes it. A file that is
 * found damaged is set aside and a new one begun.
 */
export class SqliteStore implements Store, Checkpoints {
  readonly #parts: SqliteStoreParts;
  readonly #clock: Clock;
  readonly #disk: DiskFailure;
  readonly #commits: GroupCommit;
  readonly #upkeep: Upkeep;
  /** Who heard which recording. */
  readonly accessLog: AccessLog;
  #onDropped: OnDropped = () => undefined;
  #state: 'new' | 'open' | 'closed' = 'new';
  #rows: Rows | undefined;
  #dropped = 0;

  constructor(parts: SqliteStoreParts) {
    const { folder, log, limits, keepDays, accessDays = () => 365, receivers } = parts;
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    const onDropped = (dropped: readonly DroppedDelivery[]): void => {
      this.#tellDropped(dropped);
    };
    const onFailed = (error: StoreError): void => {
      this.#disk.begin(error);
    };
    const write = (changes: readonly StoreChange[]): (number | undefined)[] => this.#write(changes);
    this.#disk = new DiskFailure({
      log,
      clock: this.#clock,
      buffered: limits?.buffered ?? 2_000,
      reopen: (isChecked) => {
        this.#rows?.close();
        this.#open(isChecked);
      },
      write,
      onDropped,
    });
    this.#commits = new GroupCommit({
      clock: this.#clock,
      failure: () => this.#disk.error,
      write,
      onFailed,
      keep: (change) => this.#keep(change),
    });
    this.accessLog = new AccessLog({ keep: (row) => this.addAccess(row), log, clock: this.#clock });
    this.#upkeep = new Upkeep({
      folder,
      log,
      clock: this.#clock,
      bytes: limits?.bytes ?? 512 * megabyte,
      keepDays,
      accessDays,
      receivers,
      rows: () => (this.#disk.error === undefined ? this.#rows : undefined),
      onDropped,
      onFailed,
    });
  }

  /** How the store does, for people and programs that watch the box. */
  get health(): StoreHealth {
    const dropped = this.#dropped;
    const failure = this.#disk.current;
    if (failure === undefined) return { state: 'ok', dropped };
    const { since, error, waiting } = failure;
    return { state: 'failing', since, reason: error.message, waiting, dropped };
  }

  /** Opens the file. With a disk that fails the store goes on in memory; only SchemaError rejects. */
  start(onDropped: OnDropped): Promise<void> {
    return promiseOf(() => {
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
        this.#disk.begin(known, true);
      }
      this.#upkeep.start();
      this.accessLog.start();
    });
  }

  stop(): Promise<void> {
    return promiseOf(() => {
      if (this.#state !== 'open') return;
      this.accessLog.stop();
      this.#state = 'closed';
      this.#upkeep.stop();
      this.#commits.stop();
      this.#disk.stop();
      this.#upkeep.copyCheckpoints(true);
      this.#rows?.close();
    });
  }

  add(entry: Entry, receivers: readonly string[]): Promise<number | undefined> {
    return this.#change({ kind: 'add', entry, receivers });
  }

  async mark(receiver: string, id: string, mark: Mark): Promise<void> {
    await this.#change({ kind: 'mark', receiver, id, mark });
  }

  /** Keeps who heard a recording. Rejects while the disk takes nothing; it is written later then. */
  async addAccess(row: AccessRow): Promise<void> {
    await this.#change({ kind: 'access', row });
  }

  /**
   * Counts, and notes how far under a checkpoint's name, both or neither. Rejects while the disk takes nothing: then it is
   * not written later either.
   */
  async count(figures: readonly FigureChange[], name: string, text: string): Promise<void> {
    await this.#change({ kind: 'count', figures, name, text });
  }

  /** Sums of figures: a short piece of work if the days are few. Rejects with StoreError when they cannot be read. */
  figures(question: FigureQuestion): Promise<FigureSlice> {
    return this.#read(({ figures }) => figures.sums(question));
  }

  /** Keeps a text in place of what was kept under its id. While the disk takes nothing it waits in memory. */
  keep(kept: Kept): void {
    // The failure itself is logged where it began.
    this.#change({ kind: 'keep', kept }).catch(() => undefined);
  }

  /** All texts that are kept of a kind. Throws StoreError when they cannot be read. */
  kept(of: string): string[] {
    return this.#readable.kept.all(of);
  }

  /** At most `limit` rows of the access log beyond a sequence number. */
  accesses(after: (newest: number, storeId: string) => number, limit: number, path?: string): Promise<AccessSlice> {
    return this.#read(({ accesses, queries: { storeId } }) => {
      const { newest } = accesses;
      return { storeId, rows: accesses.after(after(newest, storeId), limit, path) };
    });
  }

  pending(receiver: string, after: number, limit: number): Promise<readonly PendingRecord[]> {
    return this.#read((rows) => rows.pending(receiver, after, limit));
  }

  /** Asks the file; rejects with StoreError when it cannot be read. */
  query<T>(question: (queries: Queries) => T): Promise<T> {
    return this.#read(({ queries }) => question(queries));
  }

  /** Makes deliveries pending again: the next of those selected beyond `after`, a short piece of work. */
  replay(selection: Selection, after: number): Promise<ReplayedSlice> {
    return this.#read((rows) => {
      // A mark that is still queued must be written first, or it would undo the replay of its delivery.
      this.#commits.flushWhileWritable();
      if (this.#disk.error !== undefined) throw this.#disk.error;
      return rows.replay(selection, after, this.#clock.now());
    });
  }

  counts(receiver: string): StoreCounts {
    return this.#rows?.counts(receiver) ?? { pending: 0, dead: 0 };
  }

  get isFull(): boolean {
    return this.#disk.error?.kind === 'full';
  }

  has(id: string): boolean {
    return this.#commits.has(id) || this.#isKept(id);
  }

  checkpoint(name: string): string | undefined {
    return this.#commits.checkpoint(name) ?? this.#disk.checkpoint(name) ?? this.#readable.checkpoint(name);
  }

  setCheckpoint(name: string, text: string): void {
    // On failure it waits in memory; the failure itself is logged where it began.
    this.#change({ kind: 'checkpoint', name, text }).catch(() => undefined);
  }

  get isSafe(): boolean {
    return this.#state === 'open' && this.#disk.error === undefined;
  }

  settled(): Promise<void> {
    return this.#commits.settled();
  }

  #change(change: StoreChange): Promise<number | undefined> {
    if (this.#state !== 'open') return Promise.reject(new StoreError('unusable', 'the store is not open'));
    const failure = this.#disk.error;
    if (failure === undefined) return this.#commits.add(change);
    return this.#keep(change) ? Promise.reject(failure) : Promise.resolve(undefined);
  }

  /**
   * Keeps a change until the disk takes it, unless its caller does. False for a record that was taken before: a file that
   * cannot be written can most often still be read.
   */
  #keep(change: StoreChange): boolean {
    if (change.kind === 'add' && this.#isKept(change.entry.id)) return false;
    if (change.kind !== 'count') this.#disk.keep(change);
    return true;
  }

  #read<T>(work: (rows: Rows) => T): Promise<T> {
    return promiseOf(() => {
      if (this.#state !== 'open') throw new StoreError('unusable', 'the store is not open');
      try {
        return work(this.#readable);
      } catch (error) {
        const known = storeError(error);
        if (known?.kind === 'damaged' && this.#disk.error !== error) this.#disk.begin(known);
        throw known ?? error;
      }
    });
  }

  /** The file, while it can be read. */
  get #readable(): Rows {
    if (this.#rows?.isOpen === true) return this.#rows;
    throw this.#disk.error ?? new StoreError('unusable', 'the store has no file');
  }

  #isKept(id: string): boolean {
    if (this.#disk.has(id)) return true;
    try {
      return this.#rows?.isOpen === true && this.#rows.has(id);
    } catch {
      // The failure that is known already most likely explains this one; the next write tells.
      return false;
    }
  }

  /** Makes the changes in one transaction, making room for them if need be. */
  #write(changes: readonly StoreChange[]): (number | undefined)[] {
    const rows = this.#readable;
    try {
      if (changes.some(({ kind }) => kind === 'add')) this.#upkeep.requireRoom(rows);
      try {
        return rows.apply(changes, this.#clock.now());
      } catch (error) {
        if (storeError(error)?.kind !== 'full' || !this.#upkeep.makeRoom(rows)) throw error;
        return rows.apply(changes, this.#clock.now());
      }
    } finally {
      this.#upkeep.wrote();
    }
  }

  #open(isChecked: boolean): void {
    const { folder, log } = this.#parts;
    const db = openFile(folder, isChecked, this.#clock.now(), log);
    try {
      this.#rows = new Rows(db, (id, cause) => {
        log.error(`store: what ${id} adds to the figures is not counted`, cause);
      });
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #tellDropped(dropped: readonly DroppedDelivery[]): void {
    for (const { receiver, id } of dropped) {
      this.#dropped++;
      this.#onDropped(receiver, id);
    }
  }
}

/** SQLite works synchronously; the promise is there because the interface asks for one. */
function promiseOf<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
