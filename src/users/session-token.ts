import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Role } from './identity.ts';

/** Seconds that a session lasts. */
export const sessionSeconds = 12 * 3600;

/** Seconds that a screen on the wall stays signed in; it has nobody who could sign in at night, and renews itself. */
export const boardSeconds = 60 * 86_400;

/** Seconds that a session of somebody with this role lasts. */
export function sessionSecondsOf(role: Role): number {
  return role === 'wallboard' ? boardSeconds : sessionSeconds;
}

/** Begins every token: no token of a day (32 hex digits, contract §2) does. */
const prefix = 's1.';
/** A token of the longest name is shorter. */
const mostCharacters = 700;

/** What a token says. Nothing of it is secret, and none of it is believed before the signature is checked. */
export interface Claims {
  readonly name: string;
  /** Of a user of `[users]`, or of somebody who knew the WEBKEY. */
  readonly of: 'user' | 'key';
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Whether a text is meant as a session's token, right or wrong. */
export function isSessionToken(text: string): boolean {
  return text.startsWith(prefix);
}

/**
 * The token of a session. `binding` is what the session rests on (of a user: password hash, role, extension); with any
 * other the token is not valid.
 */
export function signSession(key: Buffer, { name, of, until }: Claims, binding: string): string {
  const payload = Buffer.from(JSON.stringify([of, until, name])).toString('base64url');
  return `${prefix}${payload}.${macOf(key, payload, binding).toString('base64url')}`;
}

/**
 * What a token says, if it is genuine; whether it is over is not judged. `bindingOf` tells what a session with these
 * claims rests on at present; `undefined`: nothing, the user is gone.
 */
export function verifySession(
  key: Buffer,
  token: string,
  bindingOf: (claims: Claims) => string | undefined,
): Claims | undefined {
  if (token.length > mostCharacters) return undefined;
  const [, payload, signature] = /^s1\.([\w-]+)\.([\w-]{43})$/.exec(token) ?? [];
  if (payload === undefined || signature === undefined) return undefined;
  const claims = read(payload);
  const binding = claims === undefined ? undefined : bindingOf(claims);
  // Compared as text: base64 has several spellings of the same bytes, of which only ours is a token.
  const right = Buffer.from(macOf(key, payload, binding ?? '').toString('base64url'));
  return timingSafeEqual(right, Buffer.from(signature)) && binding !== undefined ? claims : undefined;
}

function macOf(key: Buffer, payload: string, binding: string): Buffer {
  return createHmac('sha256', key).update(`${prefix}${payload}\n${binding}`).digest();
}

function read(payload: string): Claims | undefined {
  try {
    const [of, until, name] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as readonly unknown[];
    if ((of !== 'user' && of !== 'key') || typeof until !== 'number' || typeof name !== 'string') return undefined;
    return { of, until, name };
  } catch {
    // No token of ours.
    return undefined;
  }
}
