import type { Clock } from '../system/clock.ts';
import { Timer } from '../system/timer.ts';

/** Milliseconds. */
export interface ListTimes {
  /** Between two questions that events cause: the shortest, and the longest, reached when answers bring no news. */
  readonly shortest: number;
  readonly longest: number;
  /** After which the list is asked for anyway. */
  readonly period: number;
}

export interface ListScheduleOptions {
  readonly clock: Clock;
  readonly times: ListTimes;
  /** Asks for a part of the list (`undefined`: all of it) and takes the answer; resolves to whether it brought news. */
  readonly ask: (part: string | undefined) => Promise<boolean>;
  /** Called when a question failed. It is asked again. */
  readonly onFailed: (cause: unknown) => void;
}

/**
 * Decides when to ask Asterisk for a list again: when an event says that it is outdated, when a verb changed it, and every
 * now and then, since Asterisk does not report every change. One question at a time. A caller may forge events: however
 * many come, they cause one question a second, and fewer if the answers bring no news.
 */
export class ListSchedule {
  readonly #options: ListScheduleOptions;
  #isUp = false;
  #isAsking = false;
  /** What to ask for: parts, or everything. */
  #wanted: Set<string> | 'all' | undefined;
  #isWantedByEvent = false;
  readonly #waiting: (() => void)[] = [];
  #due = Infinity;
  readonly #timer: Timer;
  readonly #periodTimer: Timer;
  #askedAt = -Infinity;
  #wantedAt = -Infinity;
  #gap: number;

  constructor(options: ListScheduleOptions) {
    this.#options = options;
    this.#gap = options.times.shortest;
    this.#timer = new Timer(options.clock, () => {
      void this.#ask();
    });
    this.#periodTimer = new Timer(options.clock, () => {
      this.#add(undefined, options.clock.monotonic());
    });
  }

  /** Asterisk is connected and the list was just read. */
  start(): void {
    this.#isUp = true;
    this.#askedAt = this.#options.clock.monotonic();
    this.#periodTimer.setIn(this.#options.times.period);
    this.#arm();
  }

  /** The connection is lost: nothing is asked for until it is back. */
  stop(): void {
    this.#isUp = false;
    this.#wanted = undefined;
    this.#due = Infinity;
    this.#timer.clear();
    this.#periodTimer.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** An event says that the list (`part`: only that part) is outdated; `delay`: ms until there is something to read. */
  want(part?: string, delay = 0): void {
    const { clock, times } = this.#options;
    const now = clock.monotonic();
    if (now - this.#wantedAt > times.longest) this.#gap = times.shortest;
    this.#wantedAt = now;
    this.#isWantedByEvent = true;
    this.#add(part, Math.max(now + delay, this.#askedAt + this.#gap));
  }

  /** Asks at once; resolves when the answer is in, or there is none. */
  now(part?: string): Promise<void> {
    if (!this.#isUp) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#add(part, this.#options.clock.monotonic());
    });
  }

  #add(part: string | undefined, at: number): void {
    if (!this.#isUp) return;
    if (part === undefined) this.#wanted = 'all';
    else if (this.#wanted !== 'all') this.#wanted = (this.#wanted ?? new Set()).add(part);
    if (at >= this.#due) return;
    this.#due = at;
    this.#arm();
  }

  #arm(): void {
    if (this.#isUp && !this.#isAsking) this.#timer.setAt(this.#due);
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    const { clock, times, ask, onFailed } = this.#options;
    const [part, ...others] = this.#wanted instanceof Set ? this.#wanted : [];
    const asked = others.length === 0 ? part : undefined;
    const isByEvent = this.#isWantedByEvent;
    const waiting = this.#waiting.splice(0);
    this.#wanted = undefined;
    this.#isWantedByEvent = false;
    this.#due = Infinity;
    this.#isAsking = true;
    this.#askedAt = clock.monotonic();
    if (asked === undefined) this.#periodTimer.setIn(times.period);
    try {
      const isNews = await ask(asked);
      if (isNews) this.#gap = times.shortest;
      else if (isByEvent) this.#gap = Math.min(this.#gap * 2, times.longest);
    } catch (cause) {
      this.#gap = times.longest;
      if (this.#isUp) onFailed(cause);
      this.#add(asked, clock.monotonic() + times.longest);
    } finally {
      this.#isAsking = false;
    }
    for (const resolve of waiting) resolve();
    this.#arm();
  }
}
