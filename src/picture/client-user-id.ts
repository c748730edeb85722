/**
 * The channel variable with which a call is marked for the client that asked for it (contract §5.2, clientUserId). Asterisk
 * tells it back, and the id of a call stays the same when it is transferred.
 */
export const clientUserVariable = 'COOCENTER_CLIENT_USER';

/** Percent-encoded: a comma, quote or backslash would mean something to Originate, a `$` to the dialplan. */
export function encodeClientUserId(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `''` if the text was not encoded so, or is longer than any that is taken. */
export function decodeClientUserId(value: string): string {
  if (!/^(?:[\w.~-]|%[0-9A-F]{2}){1,768}$/.test(value)) return '';
  try {
    const text = decodeURIComponent(value);
    return /\p{Cc}/u.test(text) ? '' : text;
  } catch {
    return '';
  }
}
