import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Accounts } from '../users/accounts.ts';
import type { Session } from '../users/session.ts';
import { isSessionToken } from '../users/session-token.ts';

/**
 * Who sent a request: a session; nobody (`missing`); somebody whose session has ended by its time (`over`); somebody with
 * a token that is none (`wrong`).
 */
export type Verdict = Session | 'missing' | 'over' | 'wrong';

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

/** The tokens of a request, in `Authorization` or `Authentication` (contract §2), with or without `Bearer` (§5.1). */
export function tokensIn(headers: IncomingHttpHeaders): readonly string[] {
  return [headers.authorization, headers['authentication']]
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim().replace(/^bearer +/i, ''));
}

/**
 * Judges the tokens of a request: of a session (contract §5.1), or of the day (§2). Without a WEBKEY everybody may ask
 * (§1.1) and what is no session's token is not looked at; who signed in is still who they are.
 */
export function authenticate(webkey: string, accounts: Accounts, headers: IncomingHttpHeaders, now: Date): Verdict {
  const given = tokensIn(headers);
  let verdict: Verdict = 'missing';
  for (const token of given) {
    if (isSessionToken(token)) {
      const session = accounts.sessionOf(token);
      if (session !== undefined && session !== 'over') return session;
      if (verdict !== 'wrong') verdict = session ?? 'wrong';
    } else if (webkey !== '') {
      if (isOfTheDay(webkey, token, now)) return accounts.keySession();
      verdict = 'wrong';
    }
  }
  return verdict === 'missing' && webkey === '' ? accounts.keySession() : verdict;
}

/** Whether the request has this token, whatever else it has; `''` is nobody's. */
export function hasToken(token: string, headers: IncomingHttpHeaders): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return token !== '' && tokensIn(headers).some((given) => timingSafeEqual(digest(given), digest(token)));
}

function isOfTheDay(webkey: string, text: string, now: Date): boolean {
  const token = Buffer.from(text.toLowerCase());
  const accepted = acceptedDays(now).map((day) => Buffer.from(tokenOf(webkey, day)));
  let right = false;
  // All are compared: the time it takes must not tell which day or how many letters were right.
  for (const one of accepted) right = (token.length === one.length && timingSafeEqual(token, one)) || right;
  return right;
}
