import type { Clock } from '../system/clock.ts';
import { Timer } from '../system/timer.ts';

/** What a Pace is made of. */
export interface PaceParts {
  readonly clock: Clock;
  /** Runs something in the next turn of the event loop. */
  readonly soon: (run: () => void) => void;
  /** Milliseconds from one beginning to the next. */
  readonly wait: number;
  /** Begins the work, and calls `done` when it is over. */
  readonly work: (done: () => void) => void;
}

/**
 * Does a piece of work soon after it was wanted: never twice at once, and not more often than every so many
 * milliseconds. However often it is wanted meanwhile, it is done once more.
 */
export class Pace {
  readonly #parts: PaceParts;
  readonly #timer: Timer;
  /** It is due or under way. */
  #isBusy = false;
  #isWanted = false;
  /** Monotonic, in milliseconds. */
  #begunAt = -Infinity;
  #isStopped = false;

  constructor(parts: PaceParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.clock, () => {
      this.#begin();
    });
  }

  want(): void {
    this.#isWanted = true;
    if (this.#isBusy || this.#isStopped) return;
    this.#isBusy = true;
    const { clock, soon, wait } = this.#parts;
    const left = this.#begunAt + wait - clock.monotonic();
    if (left > 0) this.#timer.setIn(left);
    else
      soon(() => {
        this.#begin();
      });
  }

  /** For good; what is under way ends. */
  stop(): void {
    this.#isStopped = true;
    this.#timer.clear();
  }

  #begin(): void {
    if (this.#isStopped) return;
    this.#isWanted = false;
    this.#begunAt = this.#parts.clock.monotonic();
    this.#parts.work(() => {
      this.#isBusy = false;
      if (this.#isWanted) this.want();
    });
  }
}
