/**
 * A text without control characters (C0, DEL, C1; ISO/IEC 6429): what a caller sends of them is never shown and never
 * pushed. Line ends go too.
 */
export function printable(text: string): string {
  // Nearly every text has none.
  return /\p{Cc}/u.test(text) ? text.replaceAll(/\p{Cc}/gu, '') : text;
}

/** As `printable`, up to the first line end: what a caller puts behind that (`%0d%0a`) is to pass for something else. */
export function withoutControls(text: string): string {
  return printable(text.replace(/[\r\n].*/s, ''));
}
