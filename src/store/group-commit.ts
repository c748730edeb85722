import type { Clock } from '../system/clock.ts';
import { Timer } from '../system/timer.ts';
import type { StoreChange } from './write-buffer.ts';
import { storeError } from './store-error.ts';
import type { StoreError } from './store-error.ts';

/** What a GroupCommit is made of. */
export interface GroupCommitParts {
  readonly clock: Clock;
  /** Why the disk takes nothing now; `undefined` while it does. */
  readonly failure: () => StoreError | undefined;
  /** Makes the changes in one transaction. Returns the sequence number of each new record. Throws what SQLite throws. */
  readonly write: (changes: readonly StoreChange[]) => readonly (number | undefined)[];
  /** Told that the disk fails. */
  readonly onFailed: (error: StoreError) => void;
  /** Keeps a change that the disk did not take; false: it is a record that was taken before, and nothing fails. */
  readonly keep: (change: StoreChange) => boolean;
}

/** A change whose caller waits. */
interface QueuedChange {
  readonly change: StoreChange;
  readonly promise: Promise<number | undefined>;
  readonly resolve: (seq: number | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Changes in one transaction: this bounds how long it holds up the event loop. */
export const mostChanges = 200;
/** Milliseconds in which changes gather for one transaction. */
export const gatherTime = 3;
/** The same at most, on a slow disk. */
const longestGatherTime = 100;

/** Gathers changes for a moment and writes them in one transaction, since each transaction waits for the disk. */
export class GroupCommit {
  readonly #parts: GroupCommitParts;
  readonly #queue: QueuedChange[] = [];
  readonly #timer: Timer;
  /** Milliseconds that the last transaction took. */
  #lastTook = 0;

  constructor(parts: GroupCommitParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.clock, () => {
      this.#flush();
      this.#schedule();
    });
  }

  /** Resolves when the change is durable. Rejects with StoreError, or with SQLite's error if this change is at fault. */
  add(change: StoreChange): Promise<number | undefined> {
    const queued: QueuedChange = { change, ...Promise.withResolvers<number | undefined>() };
    this.#queue.push(queued);
    this.#schedule();
    return queued.promise;
  }

  /** Whether a record of that id is queued. */
  has(id: string): boolean {
    return this.#queue.some(({ change }) => change.kind === 'add' && change.entry.id === id);
  }

  /** The newest text of that name in the queue. */
  checkpoint(name: string): string | undefined {
    const newest = this.#queue.findLast(({ change }) => change.kind === 'checkpoint' && change.name === name)?.change;
    return newest?.kind === 'checkpoint' ? newest.text : undefined;
  }

  /** Resolves when all that is queued now is durable or refused. */
  async settled(): Promise<void> {
    // Changes are written in order, so the last one stands for all.
    await this.#queue.at(-1)?.promise.catch(() => undefined);
  }

  /** Writes all that is queued now, without waiting for more; stops early if the disk fails. */
  flushWhileWritable(): void {
    while (this.#parts.failure() === undefined && this.#queue.length > 0) this.#flush();
  }

  /** Writes or refuses all that is queued, at once. */
  stop(): void {
    this.#timer.clear();
    while (this.#queue.length > 0) this.#flush();
  }

  #schedule(): void {
    if (this.#queue.length === 0) return;
    // At most a third of the time goes into transactions, however slow the disk.
    this.#timer.ensureIn(Math.min(Math.max(gatherTime, 2 * this.#lastTook), longestGatherTime));
  }

  /** Writes one transaction. */
  #flush(): void {
    const group = this.#queue.splice(0, mostChanges);
    const failure = this.#parts.failure();
    if (failure !== undefined) {
      this.#refuse(group, failure);
      return;
    }
    try {
      const seqs = this.#write(group.map(({ change }) => change));
      for (const [index, { resolve }] of group.entries()) resolve(seqs[index]);
    } catch (error) {
      const known = storeError(error);
      if (known === undefined) this.#flushSingly(group);
      else this.#fail(group, known);
    }
  }

  /** One change of a group is at fault, and only that one is to fail. */
  #flushSingly(group: readonly QueuedChange[]): void {
    for (const queued of group) {
      const failure = this.#parts.failure();
      if (failure !== undefined) {
        this.#refuse([queued], failure);
        continue;
      }
      try {
        queued.resolve(this.#write([queued.change])[0]);
      } catch (error) {
        const known = storeError(error);
        if (known === undefined) queued.reject(error);
        else this.#fail([queued], known);
      }
    }
  }

  #write(changes: readonly StoreChange[]): readonly (number | undefined)[] {
    const { clock, write } = this.#parts;
    const begun = clock.monotonic();
    try {
      return write(changes);
    } finally {
      this.#lastTook = clock.monotonic() - begun;
    }
  }

  #fail(group: readonly QueuedChange[], error: StoreError): void {
    this.#parts.onFailed(error);
    this.#refuse(group, error);
  }

  #refuse(group: readonly QueuedChange[], error: StoreError): void {
    for (const { change, resolve, reject } of group) {
      if (this.#parts.keep(change)) reject(error);
      else resolve(undefined);
    }
  }
}
