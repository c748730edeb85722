const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Milliseconds before the 1st, 2nd, 3rd … attempt at one event; the last value holds for all later ones. */
const eventWaits = [0, 5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour];

/** Milliseconds before the 1st, 2nd, 3rd … probe of a receiver that is down; the last value holds for all later ones. */
const probeWaits = [second, 2 * second, 5 * second, 10 * second, 30 * second, minute];

/** A receiver may ask for a wait of at most this long. */
const longestRetryAfter = hour;

/** IMF-fixdate, the only form of a date that may still be sent (RFC 9110 §5.6.7). */
const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** `random` (0 ≤ random < 1) spreads a wait from 80 % to 120 %, so that many boxes do not retry at the same moment. */
function jitter(ms: number, random: number): number {
  return Math.round(ms * (0.8 + 0.4 * random));
}

function at(waits: readonly number[], index: number): number {
  return waits[Math.max(0, Math.min(index, waits.length - 1))] ?? 0;
}

/**
 * Milliseconds to wait before an attempt at one event; at most `longest` before jitter. `attempt`: 1 is the first.
 */
export function eventWait(attempt: number, random: number, longest = Infinity): number {
  return jitter(Math.min(at(eventWaits, attempt - 1), longest), random);
}

/** Milliseconds to wait before a probe of a receiver that is down. `probe`: 1 is the first. */
export function probeWait(probe: number, random: number): number {
  return jitter(at(probeWaits, probe - 1), random);
}

/**
 * Milliseconds that a `Retry-After` asks for, as seconds or HTTP-date (RFC 9110 §10.2.3), at most an hour; `undefined` if
 * it is absent or neither. `now`: milliseconds since 1970.
 */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * second, longestRetryAfter);
  if (!httpDate.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), longestRetryAfter);
}
