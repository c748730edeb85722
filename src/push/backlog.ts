import type { PendingRecord, Store } from '../store/store.ts';

/**
 * Which of a receiver's records are at hand in memory and which still wait in the store. A receiver that was away for
 * days has more of them than memory should hold, so at most `window` are at hand; while older ones are left in the
 * store new ones stay there too, or they would overtake.
 */
export class Backlog {
  readonly #name: string;
  readonly #store: Store;
  /** All records up to this place are at hand or done. */
  #seenUpTo = 0;
  /** There may be more in the store. True at first: who knows what an earlier process left. */
  #behind = true;
  #loading = false;
  /** A record was left in the store since the last look into it began. */
  #missed = false;
  /** Records left in the store that it has not confirmed, so that a look may not find them yet. */
  #unconfirmed = 0;
  /**
   * Some of the store were asked for again and are not all at hand: records at hand that are confirmed meanwhile do not
   * move the place, those would be passed over.
   */
  #rewound = false;
  /** How often that was so: a look from before finds them in the wrong order. */
  #rewinds = 0;
  /** A look found nothing: the next makes sense when a record is confirmed. */
  #stalled = false;

  constructor(name: string, store: Store) {
    this.#name = name;
    this.#store = store;
  }

  /** A look into the store is under way, or records are on their way there. */
  get isBusy(): boolean {
    return this.#loading || this.#unconfirmed > 0;
  }

  /** Decides on a new record: true, it is to be kept at hand, and `confirmed` follows; false, `left` follows. */
  admits(atHand: number, window: number): boolean {
    if (!this.#behind && atHand < window) return true;
    this.#behind = true;
    this.#missed = true;
    this.#unconfirmed++;
    return false;
  }

  /** A record at hand got its place in the store. */
  confirmed(seq: number): void {
    if (!this.#rewound) this.#seenUpTo = Math.max(this.#seenUpTo, seq);
  }

  /** A record left to the store is there now, or could not be stored. */
  left(): void {
    this.#unconfirmed--;
    this.#stalled = false;
  }

  /**
   * Records beyond the place `after` are pending anew. All beyond it are looked at once more, so what is at hand is
   * found again, also what was just delivered and is not noted yet: it is to be told apart by its id.
   */
  rewind(after: number): void {
    this.#seenUpTo = Math.min(this.#seenUpTo, after);
    this.#rewound = true;
    this.#rewinds++;
    this.#behind = true;
    this.#stalled = false;
  }

  /** Whether `load` is due. */
  wants(atHand: number, window: number): boolean {
    return this.#behind && !this.#loading && !this.#stalled && atHand <= window / 2;
  }

  /** The next records of the store, at most `limit`, which are at hand from now on. Rejects with the store's error. */
  async load(limit: number): Promise<readonly PendingRecord[]> {
    this.#loading = true;
    this.#missed = this.#unconfirmed > 0;
    const rewinds = this.#rewinds;
    try {
      const found = await this.#store.pending(this.#name, this.#seenUpTo, limit);
      if (rewinds !== this.#rewinds) return [];
      // One that was kept at hand may have been confirmed, even delivered, while the store looked.
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
