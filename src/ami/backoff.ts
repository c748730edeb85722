/** Bounds of the waits, in ms. */
export interface BackoffBounds {
  readonly min: number;
  readonly max: number;
}

/**
 * How long to wait before the next connection, in ms: `min`, doubled for each failed attempt, at most `max`. Up to half of
 * it is taken off at random, so that many boxes do not come back at once.
 */
export function backoff(failed: number, bounds: BackoffBounds, random: () => number = Math.random): number {
  const full = Math.min(bounds.max, bounds.min * 2 ** Math.min(failed, 30));
  return full * (1 - random() / 2);
}
