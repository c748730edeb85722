import type { Cancel, Clock } from './clock.ts';

/** One timer that is set anew again and again; most often to the moment it is set to already. */
export class Timer {
  readonly #run: () => void;
  #set: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(run: () => void) {
    this.#run = run;
  }

  /** Runs at this moment of the monotonic clock, and at no other; Infinity: at none. */
  set(at: number, clock: Clock): void {
    if (this.#set?.at === at) return;
    this.clear();
    if (at === Infinity) return;
    const cancel = clock.after(Math.max(0, at - clock.monotonic()), () => {
      this.#set = undefined;
      this.#run();
    });
    this.#set = { at, cancel };
  }

  clear(): void {
    this.#set?.cancel();
    this.#set = undefined;
  }
}
