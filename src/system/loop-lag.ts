/**
 * By how much a timer that runs at a steady pace was late at most in its last runs. Whoever reads it changes nothing, so
 * that several may watch.
 */
export class LoopLag {
  readonly #every: number;
  readonly #runs: number;
  /** Milliseconds by which each of the last runs was late. */
  readonly #late: number[] = [];
  #last: number | undefined;

  /** @param every milliseconds between two runs; `runs`: how many are looked back on */
  constructor({ every, runs }: { readonly every: number; readonly runs: number }) {
    this.#every = every;
    this.#runs = runs;
  }

  /** The timer is set, or runs; `now`: monotonic, in milliseconds. */
  ran(now: number): void {
    if (this.#last !== undefined) this.#late.push(this.#lateness(now));
    if (this.#late.length > this.#runs) this.#late.shift();
    this.#last = now;
  }

  /** Milliseconds; a run that should have been by `now` counts too. */
  most(now: number): number {
    return Math.max(this.#lateness(now), ...this.#late);
  }

  #lateness(now: number): number {
    return Math.max(0, now - (this.#last ?? now) - this.#every);
  }
}
