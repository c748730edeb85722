/** Part of a file: both ends included, in bytes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * What a Range header asks of a file of this size (RFC 9110 §14): a part, `'none'` when it cannot be had (416), or
 * `'all'` without a header and for several ranges, other units and what is malformed, all of which may be ignored.
 */
export function parseRange(header: string | undefined, size: number): Range | 'all' | 'none' {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.replaceAll(' ', '') ?? '');
  const [, first = '', last = ''] = found ?? [];
  if (found === null || (first === '' && last === '')) return 'all';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'none' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return 'all';
  return start >= size ? 'none' : { start, end };
}
