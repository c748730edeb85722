/** Stops a timer that has not run yet; afterwards it does nothing. */
export type Cancel = () => void;

/** Time as the parts see it, so that a test can hold it in its hand. */
export interface Clock {
  /** Milliseconds since 1970, as the box's clock says: it may step (NTP, a person). For what leaves the process. */
  now(): number;
  /** Milliseconds since some fixed moment, never stepping. For waits, ages and limits. */
  monotonic(): number;
  /** Runs `run` once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Cancel;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
