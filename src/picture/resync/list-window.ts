/** Hints or members that a window remembers; for any beyond that the list is believed. */
const mostTold = 10_000;

/**
 * What events told of hints or members while a list of them was on its way, which is newer than the list. `undefined`:
 * gone since then.
 */
export class ListWindow<Told> {
  readonly #told = new Map<string, Told | undefined>();

  /** Takes what an event told. */
  note(key: string, told: Told | undefined): void {
    if (this.#told.size < mostTold || this.#told.has(key)) this.#told.set(key, told);
  }

  /** Whether an event told of this one. */
  has(key: string): boolean {
    return this.#told.has(key);
  }

  /** What an event told of this one last. */
  get(key: string): Told | undefined {
    return this.#told.get(key);
  }
}

/** The key of a hint, or of a member of a queue. */
export function keyOf(...parts: readonly string[]): string {
  return parts.join('\n');
}
