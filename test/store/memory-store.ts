import type { Entry, Mark, OnDropped, PendingRecord, Store, StoreCounts } from '../../src/store/store.ts';

/** Limits of a MemoryStore, in records. */
export interface MemoryStoreLimits {
  /** Pending and dead records; if there are more, the oldest dead ones are dropped, then the oldest pending ones. */
  readonly held: number;
  /** Delivered records whose ids are remembered. */
  readonly remembered: number;
}

interface Row {
  readonly seq: number;
  readonly entry: Entry;
  /** What became of it at each receiver that does not have it. */
  readonly open: Map<string, Exclude<Mark, { state: 'delivered' }>>;
}

/** Records in memory: they outlive a receiver that is down, not the process. */
export class MemoryStore implements Store {
  readonly #limits: MemoryStoreLimits;
  #onDropped: OnDropped = () => undefined;
  #seq = 0;
  /** By id, in order of arrival. */
  readonly #rows = new Map<string, Row>();
  /** Ids of rows that are dead for every receiver without them, in the order in which they died. */
  readonly #dead = new Set<string>();
  readonly #delivered = new Set<string>();
  readonly #counts = new Map<string, { pending: number; dead: number }>();

  constructor(limits: MemoryStoreLimits = { held: 10_000, remembered: 5_000 }) {
    this.#limits = limits;
  }

  start(onDropped: OnDropped): Promise<void> {
    this.#onDropped = onDropped;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  add(entry: Entry, receivers: readonly string[]): Promise<number | undefined> {
    if (this.#rows.has(entry.id) || this.#delivered.has(entry.id)) return Promise.resolve(undefined);
    const seq = ++this.#seq;
    if (receivers.length === 0) this.#delivered.add(entry.id);
    else {
      const open: Row['open'] = new Map();
      for (const receiver of receivers) {
        open.set(receiver, { state: 'pending', attempts: 0, error: '' });
        this.#of(receiver).pending++;
      }
      this.#rows.set(entry.id, { seq, entry, open });
      this.#makeRoom();
    }
    return Promise.resolve(seq);
  }

  isFull = false;

  has(id: string): boolean {
    return this.#rows.has(id) || this.#delivered.has(id);
  }

  pending(receiver: string, after: number, limit: number): Promise<readonly PendingRecord[]> {
    const found: PendingRecord[] = [];
    for (const { seq, entry, open } of this.#rows.values()) {
      if (found.length >= limit) break;
      const at = open.get(receiver);
      if (seq > after && at?.state === 'pending') found.push({ seq, entry, attempts: at.attempts });
    }
    return Promise.resolve(found);
  }

  mark(receiver: string, id: string, mark: Mark): Promise<void> {
    const row = this.#rows.get(id);
    const before = row?.open.get(receiver);
    if (row === undefined || before === undefined) return Promise.resolve();
    const counts = this.#of(receiver);
    counts[before.state]--;
    if (mark.state === 'delivered') {
      row.open.delete(receiver);
    } else {
      row.open.set(receiver, mark);
      counts[mark.state]++;
    }
    this.#settle(row);
    return Promise.resolve();
  }

  counts(receiver: string): StoreCounts {
    return { ...this.#of(receiver) };
  }

  #settle(row: Row): void {
    const { id } = row.entry;
    if (row.open.size === 0) {
      this.#rows.delete(id);
      this.#dead.delete(id);
      this.#delivered.add(id);
      const [oldest] = this.#delivered;
      if (this.#delivered.size > this.#limits.remembered && oldest !== undefined) this.#delivered.delete(oldest);
    } else if ([...row.open.values()].every(({ state }) => state === 'dead')) {
      this.#dead.add(id);
    }
  }

  #makeRoom(): void {
    while (this.#rows.size > this.#limits.held) {
      const [oldestDead] = this.#dead;
      const [oldest] = this.#rows.keys();
      const id = oldestDead ?? oldest;
      const row = id === undefined ? undefined : this.#rows.get(id);
      if (id === undefined || row === undefined) return;
      this.#rows.delete(id);
      this.#dead.delete(id);
      for (const [receiver, { state }] of row.open) {
        this.#of(receiver)[state]--;
        if (state === 'pending') this.#onDropped(receiver, id);
      }
    }
  }

  #of(receiver: string): { pending: number; dead: number } {
    let counts = this.#counts.get(receiver);
    if (counts === undefined) this.#counts.set(receiver, (counts = { pending: 0, dead: 0 }));
    return counts;
  }
}
