import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Whether a request may pass: `open` when there is no WEBKEY (contract §1.1). */
export type Verdict = 'open' | 'right' | 'wrong' | 'missing';

/** The token of a day, `YYYY-MM-DD`: md5 in hex of WEBKEY and day (contract §2). */
export function tokenOf(webkey: string, day: string): string {
  return createHash('md5').update(`${webkey}${day}`).digest('hex');
}

/**
 * Yesterday, today and tomorrow by the box's clock: a client computes the day on its own clock and in its own time zone
 * (contract §2).
 */
export function acceptedDays(now: Date): readonly string[] {
  return [-1, 0, 1].map((offset) => {
    // Noon, so that a change to or from summer time does not lead to another day.
    const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset, 12);
    const pad = (number: number): string => String(number).padStart(2, '0');
    return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
  });
}

/** The tokens of a request, in `Authorization` or `Authentication` (contract §2). */
export function tokensIn(headers: IncomingHttpHeaders): readonly string[] {
  return [headers.authorization, headers['authentication']].filter((value) => typeof value === 'string');
}

/** Judges the token of a request. */
export function authenticate(webkey: string, headers: IncomingHttpHeaders, now: Date): Verdict {
  if (webkey === '') return 'open';
  const given = tokensIn(headers);
  if (given.length === 0) return 'missing';
  const accepted = acceptedDays(now).map((day) => Buffer.from(tokenOf(webkey, day)));
  let right = false;
  for (const value of given) {
    const token = Buffer.from(value.trim().toLowerCase());
    // All are compared: the time it takes must not tell which day or how many letters were right.
    for (const one of accepted) right = (token.length === one.length && timingSafeEqual(token, one)) || right;
  }
  return right ? 'right' : 'wrong';
}
