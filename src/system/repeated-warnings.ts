import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** Milliseconds between two lines about the same thing. */
const pause = 60_000;

interface Warned {
  /** What was said, with the cause. */
  readonly text: string;
  /** When, in milliseconds of the monotonic clock. */
  readonly at: number;
  /** How many warnings were left out since. */
  leftOut: number;
}

/** Warnings of which there may be thousands. `about` names the thing that a warning is about. */
export class RepeatedWarnings {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #warned = new Map<string, Warned>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Writes at most one line a minute about a thing; the next one says how many were left out. */
  everyMinute(about: string, message: string, cause?: unknown): void {
    const last = this.#warned.get(about);
    if (last !== undefined && this.#clock.monotonic() < last.at + pause) {
      last.leftOut++;
      return;
    }
    const more = last === undefined || last.leftOut === 0 ? '' : ` (and ${last.leftOut} more like it before)`;
    this.#warn(about, `${message}${more}`, cause);
  }

  /** Writes a line about a thing unless the last one said the same. */
  onChange(about: string, message: string, cause?: unknown): void {
    if (this.#warned.get(about)?.text !== textOf(message, cause)) this.#warn(about, message, cause);
  }

  /** Writes one line about a thing, whatever the cause, until it is over. */
  once(about: string, message: string, cause?: unknown): void {
    if (!this.#warned.has(about)) this.#warn(about, message, cause);
  }

  /** The trouble is over: the next warning about it is news. */
  over(about: string): void {
    this.#warned.delete(about);
  }

  /** All trouble is over, except about these. */
  overExcept(abouts: readonly string[] = []): void {
    for (const about of this.#warned.keys()) if (!abouts.includes(about)) this.#warned.delete(about);
  }

  #warn(about: string, message: string, cause: unknown): void {
    this.#warned.set(about, { text: textOf(message, cause), at: this.#clock.monotonic(), leftOut: 0 });
    this.#log.warning(message, cause);
  }
}

function textOf(message: string, cause: unknown): string {
  return cause instanceof Error ? `${message} ${cause.message}` : message;
}
