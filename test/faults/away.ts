/** The times in which the daemon or its connection was away, `performance.now()` from and to. */
export class Away {
  readonly #spans: { from: number; to: number }[] = [];

  /** How often. */
  get times(): number {
    return this.#spans.length;
  }

  begin(): void {
    this.#spans.push({ from: performance.now(), to: Infinity });
  }

  end(): void {
    for (const span of this.#spans) span.to = Math.min(span.to, performance.now());
  }

  /** Whether it was away at any moment between the two. */
  overlaps(from: number, to: number): boolean {
    return this.#spans.some((span) => span.from <= to && span.to >= from);
  }
}
