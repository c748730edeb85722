import type { AccessRow } from './access.ts';
import type { FigureChange } from './figures.ts';
import type { Entry, Kept, Mark } from './store.ts';

/** One change of the store. Changes are written in groups, each in one transaction. */
export type StoreChange = BufferedChange | CountChange;

/** A change that waits in memory while the disk fails. */
export type BufferedChange =
  | { readonly kind: 'add'; readonly entry: Entry; readonly receivers: readonly string[] }
  | { readonly kind: 'mark'; readonly receiver: string; readonly id: string; readonly mark: Mark }
  | { readonly kind: 'checkpoint'; readonly name: string; readonly text: string }
  | { readonly kind: 'access'; readonly row: AccessRow }
  | { readonly kind: 'keep'; readonly kept: Kept };

/**
 * Something is counted, and how far was counted is noted with it, under a checkpoint's name. Who counts keeps it while the
 * disk fails.
 */
export interface CountChange {
  readonly kind: 'count';
  readonly figures: readonly FigureChange[];
  readonly name: string;
  readonly text: string;
}

/** A delivery that was dropped before it was made. */
export interface DroppedDelivery {
  readonly receiver: string;
  readonly id: string;
}

interface BufferedRecord {
  readonly entry: Entry;
  readonly receivers: readonly string[];
  readonly marks: Map<string, Mark>;
}

type BufferedMark = Extract<BufferedChange, { kind: 'mark' }>;
type BufferedCheckpoint = Extract<BufferedChange, { kind: 'checkpoint' }>;

/** Some buffered changes. `written` removes them from the buffer. */
export interface Batch {
  readonly changes: readonly BufferedChange[];
  readonly written: () => void;
}

/**
 * Changes that the disk did not take, in memory until it does. Bounded: the oldest records are dropped first. Only the
 * last mark of a delivery counts, so a receiver that is tried again and again adds nothing. Pure.
 */
export class WriteBuffer {
  readonly #most: number;
  /** By id, in order of arrival. */
  readonly #records = new Map<string, BufferedRecord>();
  /** Marks of records that are in the file, by receiver and id. */
  readonly #marks = new Map<string, BufferedMark>();
  /** By name. */
  readonly #checkpoints = new Map<string, BufferedCheckpoint>();
  /** By id. */
  readonly #accesses = new Map<string, AccessRow>();
  /** By kind and id: what no record here keeps. */
  readonly #kept = new Map<string, Kept>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Records that wait. */
  get size(): number {
    return this.#records.size;
  }

  get isEmpty(): boolean {
    return this.#records.size + this.#marks.size + this.#checkpoints.size + this.#accesses.size + this.#kept.size === 0;
  }

  has(id: string): boolean {
    return this.#records.has(id);
  }

  checkpoint(name: string): string | undefined {
    return this.#checkpoints.get(name)?.text;
  }

  /** Takes a change. Returns the deliveries that were dropped for it. */
  take(change: BufferedChange): DroppedDelivery[] {
    switch (change.kind) {
      case 'add': {
        const { entry, receivers } = change;
        if (this.#records.has(entry.id)) return [];
        // It is newer, and written with its record.
        for (const kept of entry.keeps ?? []) this.#kept.delete(keyOf(kept));
        this.#records.set(entry.id, { entry, receivers, marks: new Map() });
        return this.#records.size > this.#most ? this.#drop() : [];
      }
      case 'mark': {
        this.#mark(change);
        return [];
      }
      case 'checkpoint': {
        this.#checkpoints.set(change.name, change);
        return [];
      }
      case 'keep': {
        this.#kept.set(keyOf(change.kept), change.kept);
        return [];
      }
      case 'access': {
        this.#accesses.set(change.row.id, change.row);
        // The journal has it.
        const [oldest] = this.#accesses.keys();
        if (this.#accesses.size > this.#most && oldest !== undefined) this.#accesses.delete(oldest);
        return [];
      }
    }
  }

  /**
   * The next changes, about `most`, in an order in which they can be written. Marks of records in the file come first and
   * alone, since they may free the room that a new record needs. Checkpoints come last: they vouch for the records before
   * them.
   */
  next(most: number): Batch {
    const marks = [...this.#marks].slice(0, most);
    if (marks.length > 0) {
      const written = (): void => {
        for (const [key] of marks) this.#marks.delete(key);
      };
      return { changes: marks.map(([, mark]) => mark), written };
    }
    const accesses = [...this.#accesses.values()].slice(0, most);
    const changes: BufferedChange[] = accesses.map((row) => ({ kind: 'access', row }));
    const ids: string[] = [];
    for (const [id, { entry, receivers, marks: own }] of this.#records) {
      if (changes.length >= most) break;
      ids.push(id);
      changes.push({ kind: 'add', entry, receivers });
      for (const [receiver, mark] of own) changes.push({ kind: 'mark', receiver, id, mark });
    }
    const isLast = ids.length === this.#records.size;
    const checkpoints = isLast ? [...this.#checkpoints.values()] : [];
    // After the records: they may keep something older under the same id.
    const kept = isLast ? [...this.#kept.values()] : [];
    const written = (): void => {
      for (const id of ids) this.#records.delete(id);
      for (const row of accesses) if (this.#accesses.get(row.id) === row) this.#accesses.delete(row.id);
      for (const one of kept) if (this.#kept.get(keyOf(one)) === one) this.#kept.delete(keyOf(one));
      for (const one of checkpoints) if (this.#checkpoints.get(one.name) === one) this.#checkpoints.delete(one.name);
    };
    return {
      changes: [...changes, ...kept.map((one) => ({ kind: 'keep', kept: one }) as const), ...checkpoints],
      written,
    };
  }

  #mark(change: BufferedMark): void {
    const { receiver, id, mark } = change;
    const own = this.#records.get(id)?.marks;
    if (own !== undefined) {
      if (own.get(receiver)?.state !== 'delivered') own.set(receiver, mark);
      return;
    }
    const key = JSON.stringify([receiver, id]);
    if (this.#marks.get(key)?.mark.state === 'delivered') return;
    this.#marks.set(key, change);
    // A forgotten mark costs one more attempt, under the same id.
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > 4 * this.#most && oldest !== undefined) this.#marks.delete(oldest);
  }

  #drop(): DroppedDelivery[] {
    const [oldest] = this.#records.values();
    if (oldest === undefined) return [];
    const { entry, receivers, marks } = oldest;
    this.#records.delete(entry.id);
    if (entry.keeps !== undefined) this.#keepOf(entry.keeps);
    const open = receivers.filter((receiver) => (marks.get(receiver)?.state ?? 'pending') === 'pending');
    return open.map((receiver) => ({ receiver, id: entry.id }));
  }

  /** Keeps what came with a record that was dropped, unless something newer is kept under the same id. */
  #keepOf(keeps: readonly Kept[]): void {
    const newer = new Set([...this.#records.values()].flatMap(({ entry }) => entry.keeps ?? []).map(keyOf));
    for (const kept of keeps) {
      const key = keyOf(kept);
      if (!newer.has(key) && !this.#kept.has(key)) this.#kept.set(key, kept);
    }
  }
}

function keyOf({ of, id }: Kept): string {
  return JSON.stringify([of, id]);
}
