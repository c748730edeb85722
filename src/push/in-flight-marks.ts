/**
 * Records whose end the store was told of and has not confirmed: a look into it may still find them pending, though
 * they must not be sent again. An id that was confirmed during a look stays until that look is over.
 */
export class InFlightMarks {
  readonly #ids = new Set<string>();
  readonly #confirmed = new Set<string>();
  #looks = 0;

  /** `noted` must not reject. */
  add(id: string, noted: Promise<void>): void {
    this.#ids.add(id);
    this.#confirmed.delete(id);
    void noted.then(() => {
      if (this.#looks === 0) this.#ids.delete(id);
      else this.#confirmed.add(id);
    });
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** A look into the store begins; the function that is returned ends it. */
  look(): () => void {
    this.#looks++;
    return () => {
      if (--this.#looks > 0) return;
      for (const id of this.#confirmed) this.#ids.delete(id);
      this.#confirmed.clear();
    };
  }
}
