import type { PendingRecord, Store } from '../store/store.ts';

/**
 * Which of a receiver's records are in memory and which still wait in the store. A receiver that was away for days has
 * more of them than memory should hold, so at most `window` are in memory. While older records are left in the store, new
 * ones stay there too, so that they do not overtake.
 */
export class Backlog {
  readonly #name: string;
  readonly #store: Store;
  /** All records up to this sequence number are in memory or done. */
  #seenUpTo = 0;
  /** There may be more in the store. True at first: an earlier process may have left some. */
  #behind = true;
  #loading = false;
  /** A record was left in the store since the last read began. */
  #missed = false;
  /** Records left to the store that it has not confirmed, so that a read may not find them yet. */
  #unconfirmed = 0;
  /**
   * Replayed records are not all in memory yet. Until they are, a confirmed record must not move `#seenUpTo`, which would
   * skip them.
   */
  #rewound = false;
  /** Number of rewinds: a read that began before one finds records in the wrong order. */
  #rewinds = 0;
  /** A read found nothing: the next one makes sense when a record is confirmed. */
  #stalled = false;

  constructor(name: string, store: Store) {
    this.#name = name;
    this.#store = store;
  }

  /** The store is being read, or records are on their way there. */
  get isBusy(): boolean {
    return this.#loading || this.#unconfirmed > 0;
  }

  /** Whether to keep a new record in memory. If so, `confirmed` must follow; otherwise `left`. */
  admits(inMemory: number, window: number): boolean {
    if (!this.#behind && inMemory < window) return true;
    this.#behind = true;
    this.#missed = true;
    this.#unconfirmed++;
    return false;
  }

  /** A record in memory was stored under this sequence number. */
  confirmed(seq: number): void {
    if (!this.#rewound) this.#seenUpTo = Math.max(this.#seenUpTo, seq);
  }

  /** A record that was left to the store is there now, or could not be stored. */
  left(): void {
    this.#unconfirmed--;
    this.#stalled = false;
  }

  /**
   * Records beyond the sequence number `after` are pending again. All beyond it are read once more, so `load` also returns
   * records that are in memory or whose delivery is not noted yet: the caller must tell them apart by their ids.
   */
  rewind(after: number): void {
    this.#seenUpTo = Math.min(this.#seenUpTo, after);
    this.#rewound = true;
    this.#rewinds++;
    this.#behind = true;
    this.#stalled = false;
  }

  /** Whether `load` is due. */
  wants(inMemory: number, window: number): boolean {
    return this.#behind && !this.#loading && !this.#stalled && inMemory <= window / 2;
  }

  /** Reads at most `limit` records from the store, to be kept in memory from now on. Rejects with the store's error. */
  async load(limit: number): Promise<readonly PendingRecord[]> {
    this.#loading = true;
    this.#missed = this.#unconfirmed > 0;
    const rewinds = this.#rewinds;
    try {
      const found = await this.#store.pending(this.#name, this.#seenUpTo, limit);
      if (rewinds !== this.#rewinds) return [];
      // A record kept in memory may have been confirmed, even delivered, during the read.
      const fresh = found.filter(({ seq }) => seq > this.#seenUpTo);
      this.#seenUpTo = fresh.at(-1)?.seq ?? this.#seenUpTo;
      this.#behind = found.length >= limit || this.#missed;
      this.#rewound &&= this.#behind;
      this.#stalled = found.length === 0 && this.#unconfirmed > 0;
      return fresh;
    } finally {
      this.#loading = false;
    }
  }
}
