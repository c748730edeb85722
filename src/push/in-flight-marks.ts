/**
 * Records that ended but whose mark the store has not confirmed yet. A read of the store may still find them pending, but
 * they must not be sent again. An id that is confirmed during a read is kept until that read is over.
 */
export class InFlightMarks {
  readonly #ids = new Set<string>();
  readonly #confirmed = new Set<string>();
  #reads = 0;

  /** A record ended; `noted` resolves when its mark is stored, and must not reject. */
  add(id: string, noted: Promise<void>): void {
    this.#ids.add(id);
    this.#confirmed.delete(id);
    void noted.then(() => {
      if (this.#reads === 0) this.#ids.delete(id);
      else this.#confirmed.add(id);
    });
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** A read of the store begins. The returned function must be called when it is over. */
  startRead(): () => void {
    this.#reads++;
    return () => {
      if (--this.#reads > 0) return;
      for (const id of this.#confirmed) this.#ids.delete(id);
      this.#confirmed.clear();
    };
  }
}
