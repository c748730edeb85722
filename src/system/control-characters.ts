/*
 * Control characters (C0, DEL, C1; ISO/IEC 6429) in texts of callers, receivers and clients: they are never pushed, and
 * where a person reads the text (log, terminal) they must not move the cursor.
 */

/** The text without control characters, line ends included. */
export function removeControls(text: string): string {
  // Nearly every text has none.
  return /\p{Cc}/u.test(text) ? text.replaceAll(/\p{Cc}/gu, '') : text;
}

/** The first line, without control characters: what a caller puts behind a line end (`%0d%0a`) is meant to deceive. */
export function firstLine(text: string): string {
  return removeControls(text.replace(/[\r\n].*/s, ''));
}

/** The text with its control characters written as `\x1b`, except those of `kept`. */
export function escapeControls(text: string, kept = ''): string {
  return text.replaceAll(/\p{Cc}/gu, (found) =>
    kept.includes(found) ? found : `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
