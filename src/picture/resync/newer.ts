/** Hints or members that are told of while a list is on its way; of more than that the list is believed. */
const most = 10_000;

/**
 * What events told since a list was asked for, which is newer than the list; by the hint or the member that it is about.
 * `undefined`: gone since then.
 */
export class Newer<Told> {
  readonly #told = new Map<string, Told | undefined>();

  /** Takes what an event told. */
  note(key: string, told: Told | undefined): void {
    if (this.#told.size < most || this.#told.has(key)) this.#told.set(key, told);
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
