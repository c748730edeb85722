/** Stops a timer that has not run yet; does nothing to one that has. */
export type Cancel = () => void;

/** Time as the rooms see it, so that a test can control it. */
export interface Clock {
  /** Milliseconds since 1970 by the box's clock, which may step (NTP, a person). For what leaves the process. */
  now(): number;
  /** Milliseconds since some fixed moment; it never steps. For waits, ages and limits. */
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
