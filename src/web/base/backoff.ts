/** Milliseconds to wait before the first new try, and at most. */
const [first, most] = [1_000, 15_000];

/** Milliseconds to wait before try number `tries` (1: the first new one); `random` in [0, 1) spreads the clients. */
export function backoff(tries: number, random: number): number {
  const wait = Math.min(most, first * 2 ** Math.max(0, tries - 1));
  return Math.round(wait * (0.75 + random / 2));
}
