import { firstLine } from '../system/control-characters.ts';

const slots = 1024;
const longest = 40;

/**
 * Makes strings of UTF-8 bytes, without control characters, and gives the same string again for the same short ASCII
 * value: names, channels and unique ids of a call come in dozens of events. A string made here keeps no buffer alive.
 */
export class StringCache {
  readonly #slots: string[] = new Array<string>(slots).fill('');

  /** The text of `bytes[start, end)`; what is not UTF-8 becomes U+FFFD. */
  get(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length <= 0) return '';
    if (length > longest) return firstLine(bytes.toString('utf8', start, end));
    let hash = length;
    let isPlain = true;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0;
      hash = (Math.imul(hash, 31) + byte) | 0;
      // 0xc2 begins the C1 control characters, among others.
      if (byte < 32 || byte === 127 || byte === 0xc2) isPlain = false;
    }
    if (!isPlain) return firstLine(bytes.toString('utf8', start, end));
    const slot = (hash ^ (hash >>> 10)) & (slots - 1);
    const known = this.#slots[slot] ?? '';
    if (equals(known, bytes, start, end)) return known;
    const text = bytes.toString('utf8', start, end);
    this.#slots[slot] = text;
    return text;
  }
}

/** Whether `bytes[start, end)` are exactly this text. False for any text that is not ASCII. */
export function equals(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== bytes[start + i] || code > 127) return false;
  }
  return true;
}
