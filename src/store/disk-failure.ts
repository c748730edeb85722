import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { Timer } from '../system/timer.ts';
import { gatherTime, mostChanges } from './group-commit.ts';
import type { BufferedChange, DroppedDelivery } from './write-buffer.ts';
import { StoreError, storeError } from './store-error.ts';
import { WriteBuffer } from './write-buffer.ts';

/** What a DiskFailure is made of. */
export interface DiskFailureParts {
  readonly log: Log;
  readonly clock: Clock;
  /** Records that are kept in memory at most. */
  readonly buffered: number;
  /** Opens the file anew; `isChecked`: all of it is checked for damage first. Throws what the disk says. */
  readonly reopen: (isChecked: boolean) => void;
  /** Makes the changes in one transaction. Throws what the disk says. */
  readonly write: (changes: readonly BufferedChange[]) => void;
  /** Told of the deliveries that memory had no room for. */
  readonly onDropped: (dropped: readonly DroppedDelivery[]) => void;
}

interface Failure {
  readonly since: number;
  readonly error: StoreError;
  /** The file is to be opened anew. */
  readonly reopen: boolean;
}

/** Milliseconds between two attempts at a disk that fails. */
const retryWait = 1_000;

/** Whether the disk fails. While it does, keeps changes in memory and tries to write them about once a second. */
export class DiskFailure {
  readonly #parts: DiskFailureParts;
  readonly #buffer: WriteBuffer;
  readonly #timer: Timer;
  #failure: Failure | undefined;
  #isStopping = false;

  constructor(parts: DiskFailureParts) {
    this.#parts = parts;
    this.#buffer = new WriteBuffer(parts.buffered);
    this.#timer = new Timer(parts.clock, () => {
      this.#retry();
    });
  }

  /** What the disk said last; `undefined` while it takes what is written. */
  get error(): StoreError | undefined {
    return this.#failure?.error;
  }

  /** Since when the disk has failed, and how many records wait for it; `undefined` while it works. */
  get current(): { readonly since: number; readonly error: StoreError; readonly waiting: number } | undefined {
    return this.#failure && { since: this.#failure.since, error: this.#failure.error, waiting: this.#buffer.size };
  }

  /** Whether a record of that id is in memory. */
  has(id: string): boolean {
    return this.#buffer.has(id);
  }

  /** The text of that name that waits in memory. */
  checkpoint(name: string): string | undefined {
    return this.#buffer.checkpoint(name);
  }

  /** Keeps a change until the disk takes it. */
  keep(change: BufferedChange): void {
    this.#parts.onDropped(this.#buffer.take(change));
  }

  /** The disk failed, perhaps again. Only the first failure is logged. */
  begin(error: StoreError, reopen = error.kind === 'damaged' || error.kind === 'unusable'): void {
    const { log, clock } = this.#parts;
    if (this.#failure === undefined) {
      log.error(`store: ${error.message}; records wait in memory until it is over`);
      this.#failure = { since: clock.now(), error, reopen };
    } else {
      this.#failure = { since: this.#failure.since, error, reopen: reopen || this.#failure.reopen };
    }
    this.#timer.setIn(retryWait);
  }

  /** Tries to write all that is in memory one last time. */
  stop(): void {
    this.#isStopping = true;
    if (this.#failure !== undefined) this.#retry();
    this.#timer.clear();
    if (!this.#buffer.isEmpty) this.#parts.log.error(`store: ${this.#buffer.size} records could not be written`);
  }

  /** Writes one transaction of what is in memory; the next one follows after other work had its turn. */
  #retry(): void {
    const { log, clock, write } = this.#parts;
    const since = this.#failure?.since ?? clock.now();
    try {
      if (this.#failure?.reopen === true) this.#reopen(this.#failure);
      do {
        const { changes, written } = this.#buffer.next(mostChanges);
        write(changes);
        written();
      } while (this.#isStopping && !this.#buffer.isEmpty);
    } catch (error) {
      this.begin(storeError(error) ?? new StoreError('unusable', String(error), { cause: error }));
      return;
    }
    if (!this.#buffer.isEmpty) {
      this.#timer.setIn(gatherTime);
      return;
    }
    this.#failure = undefined;
    log.info(`store: writes again, after ${Math.round((clock.now() - since) / 1000)} s`);
  }

  #reopen(failure: Failure): void {
    // Checked only when damage is suspected: a check of a large file holds up everything for seconds.
    this.#parts.reopen(failure.error.kind === 'damaged');
    this.#failure = { ...failure, reopen: false };
  }
}
