import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds between two looks at the clock, and how late one may be on a machine that has nothing else to do. */
const tick = 20;
const usual = 10;
/** Looks at the clock between two looks at Asterisk's threads. */
const ticksPerLook = 25;

/**
 * How long the machine did not run a test: the lateness of a timer of this process, and the time that Asterisk's threads
 * stood in the queue for a processor (Linux tells it; elsewhere it is not counted).
 */
export class Lateness {
  readonly #pid: () => number | undefined;
  /** Nanoseconds that each thread waited, when it was first and last looked at. */
  readonly #threads = new Map<string, { readonly first: number; last: number }>();
  readonly #timer: NodeJS.Timeout;
  #late = 0;
  #ticks = 0;
  #at = performance.now();

  constructor(pid: () => number | undefined) {
    this.#pid = pid;
    this.#look(false);
    this.#timer = setInterval(() => {
      this.#tick();
    }, tick);
  }

  /** Seconds until now. */
  get seconds(): number {
    this.#tick();
    this.#look(true);
    const waited = [...this.#threads.values()].reduce((sum, { first, last }) => sum + last - first, 0);
    return this.#late / 1e3 + waited / 1e9;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    const late = now - this.#at - tick;
    if (late > usual) this.#late += late;
    this.#at = now;
    if (++this.#ticks % ticksPerLook === 0) this.#look(true);
  }

  /** `isLater`: threads that are seen for the first time have begun since, and all of their waiting counts. */
  #look(isLater: boolean): void {
    const pid = this.#pid();
    if (pid === undefined) return;
    const folder = `/proc/${pid}/task`;
    try {
      for (const thread of readdirSync(folder)) {
        const waited = Number(readFileSync(`${folder}/${thread}/schedstat`, 'latin1').split(' ')[1]);
        const known = this.#threads.get(thread);
        if (known !== undefined) known.last = waited;
        else this.#threads.set(thread, { first: isLater ? 0 : waited, last: waited });
      }
    } catch {
      // A thread has ended just now, or the system tells nothing.
    }
  }
}
