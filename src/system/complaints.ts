import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** Milliseconds between two lines about the same thing. */
const PAUSE = 60_000;

/** Warnings that come by the thousand, as one line a minute about each thing. */
export class Complaints {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #said = new Map<string, { readonly at: number; unsaid: number }>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** What was said is of another thing now: the next warning about anything is news. */
  forget(): void {
    this.#said.clear();
  }

  /** `about` is the thing; the line that comes after some that did not says how many those were. */
  warn(about: string, message: string, cause?: unknown): void {
    const now = this.#clock.monotonic();
    const said = this.#said.get(about);
    if (said !== undefined && now < said.at + PAUSE) {
      said.unsaid++;
      return;
    }
    this.#said.set(about, { at: now, unsaid: 0 });
    const more = said === undefined || said.unsaid === 0 ? '' : ` (and ${said.unsaid} more like it before)`;
    this.#log.warning(`${message}${more}`, cause);
  }
}
