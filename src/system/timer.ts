import type { Cancel, Clock } from './clock.ts';

/** A timer that is set again and again, most often to the moment that it is already set to. It runs once per setting. */
export class Timer {
  readonly #clock: Clock;
  readonly #run: () => void;
  #set: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock;
    this.#run = run;
  }

  get isSet(): boolean {
    return this.#set !== undefined;
  }

  /** Runs at this moment of the monotonic clock, and at no other; Infinity: never. */
  setAt(at: number): void {
    if (this.#set?.at === at) return;
    if (at === Infinity) this.clear();
    else this.#start(at, Math.max(0, at - this.#clock.monotonic()));
  }

  /** Runs in `ms` milliseconds, and at no other moment. */
  setIn(ms: number): void {
    this.#start(this.#clock.monotonic() + ms, ms);
  }

  /** Runs in `ms` milliseconds, unless it is set to another moment already. */
  ensureIn(ms: number): void {
    if (this.#set === undefined) this.setIn(ms);
  }

  clear(): void {
    this.#set?.cancel();
    this.#set = undefined;
  }

  #start(at: number, ms: number): void {
    this.clear();
    const cancel = this.#clock.after(ms, () => {
      this.#set = undefined;
      this.#run();
    });
    this.#set = { at, cancel };
  }
}
