import { Refusal } from './refusal.ts';

/** Does one piece of work after the other, in the order in which they came. At most `most` wait. */
export class WorkQueue {
  readonly #most: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws {Refusal} `unavailable` when too many wait; else what the work throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#most) {
      throw new Refusal('unavailable', `${this.#most} requests like this one wait already`, { retryAfter: 1 });
    }
    this.#waiting++;
    const turn = this.#last.then(work);
    // The next one begins however this one ends.
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }
}
