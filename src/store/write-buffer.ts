import type { Entry, Mark } from './store.ts';
import type { StoreChange, DroppedDelivery } from './sqlite-rows.ts';

interface BufferedRecord {
  readonly entry: Entry;
  readonly receivers: readonly string[];
  readonly marks: Map<string, Mark>;
}

type BufferedMark = Extract<StoreChange, { kind: 'mark' }>;
type BufferedCheckpoint = Extract<StoreChange, { kind: 'checkpoint' }>;

/** Some changes that are late, and what makes them forgotten once they are written. */
export interface Batch {
  readonly changes: readonly StoreChange[];
  readonly written: () => void;
}

/**
 * What the disk would not take, in memory until it does: bounded, the oldest records go first. Pure. Of the marks of
 * one delivery only the last counts, so a receiver that is tried again and again adds nothing.
 */
export class WriteBuffer {
  readonly #most: number;
  /** By id, in order of arrival. */
  readonly #records = new Map<string, BufferedRecord>();
  /** Marks of records that are in the file. */
  readonly #marks = new Map<string, BufferedMark>();
  /** By name. */
  readonly #checkpoints = new Map<string, BufferedCheckpoint>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Records that wait. */
  get size(): number {
    return this.#records.size;
  }

  get isEmpty(): boolean {
    return this.#records.size + this.#marks.size + this.#checkpoints.size === 0;
  }

  has(id: string): boolean {
    return this.#records.has(id);
  }

  checkpoint(name: string): string | undefined {
    return this.#checkpoints.get(name)?.text;
  }

  /** Takes a change. Returns the deliveries that were let go of for it. */
  take(change: StoreChange): DroppedDelivery[] {
    switch (change.kind) {
      case 'add': {
        const { entry, receivers } = change;
        if (this.#records.has(entry.id)) return [];
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
    }
  }

  /**
   * The next changes, in an order in which they can be made; about `most` if there are so many. Marks of what is in the
   * file go first, by themselves: where there is no room for a record, they may be what makes some. Notes go last: they
   * speak of the records before them.
   */
  next(most: number): Batch {
    const marks = [...this.#marks].slice(0, most);
    if (marks.length > 0) {
      const written = (): void => {
        for (const [key] of marks) this.#marks.delete(key);
      };
      return { changes: marks.map(([, mark]) => mark), written };
    }
    const changes: StoreChange[] = [];
    const ids: string[] = [];
    for (const [id, { entry, receivers, marks: own }] of this.#records) {
      if (changes.length >= most) break;
      ids.push(id);
      changes.push({ kind: 'add', entry, receivers });
      for (const [receiver, mark] of own) changes.push({ kind: 'mark', receiver, id, mark });
    }
    const isLast = ids.length === this.#records.size;
    const notes = isLast ? [...this.#checkpoints.values()] : [];
    const written = (): void => {
      for (const id of ids) this.#records.delete(id);
      for (const note of notes) if (this.#checkpoints.get(note.name) === note) this.#checkpoints.delete(note.name);
    };
    return { changes: [...changes, ...notes], written };
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
    // A mark that is forgotten costs one more attempt, under the same id.
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > 4 * this.#most && oldest !== undefined) this.#marks.delete(oldest);
  }

  #drop(): DroppedDelivery[] {
    const [oldest] = this.#records.values();
    if (oldest === undefined) return [];
    const { entry, receivers, marks } = oldest;
    this.#records.delete(entry.id);
    const open = receivers.filter((receiver) => (marks.get(receiver)?.state ?? 'pending') === 'pending');
    return open.map((receiver) => ({ receiver, id: entry.id }));
  }
}
