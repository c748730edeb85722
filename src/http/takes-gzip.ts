/** Whether gzip is named in Accept-Encoding, and not by `q=0` (RFC 9110 §12.5.3). */
export function takesGzip(accepted: string | string[] | undefined): boolean {
  return /(?:^|,)\s*(?:gzip|\*)\s*(?:$|,|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))/i.test(String(accepted ?? ''));
}
