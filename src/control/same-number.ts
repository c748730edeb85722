/** Whether two telephone numbers, as lines show them and as people dial them, are one. Pure. */
import { keepsZero, plainNumber } from './number.ts';

/** A number as it is compared. */
export interface ComparedNumber {
  /** `abroad`: with its country code; `home`: without; `exact`: an extension, a word, a code: as it stands. */
  readonly is: 'abroad' | 'home' | 'exact';
  /** Without what is dialled in front of it: `+`, international prefix, zeros. */
  readonly digits: string;
  /** Numbers that are one have the same. */
  readonly bucket: string;
}

/** Digits of a number that is more than an extension. */
const leastDigits = 7;
/** Digits that tell a number within a country, with its area code. */
const wholeNumber = 10;
/** What numbers that are one have in common at least, at their end. */
const commonEnd = 6;

/** `international`: what is dialled in place of a `+` (`[dialplan] international`); `''`: 00 is taken for it. */
export function comparedNumber(text: string, international: string): ComparedNumber | undefined {
  const read = plainNumber(text);
  if ('why' in read) return undefined;
  const { number } = read;
  const made = (is: ComparedNumber['is'], digits: string): ComparedNumber => ({
    is,
    digits,
    bucket: is === 'exact' ? digits : digits.slice(-commonEnd),
  });
  if (!/^\+?\d+$/.test(number)) return made('exact', number);
  if (number.startsWith('+')) return made('abroad', number.slice(1));
  const prefix = international === '' ? '00' : international;
  const behind = number.startsWith(prefix) ? number.slice(prefix.length) : '';
  // Country code and number have 7 to 15 digits (E.164 §6).
  if (/^[1-9]\d{6,14}$/.test(behind)) return made('abroad', behind);
  const digits = number.replace(/^0+/, '');
  return digits.length < leastDigits ? made('exact', number) : made('home', digits);
}

/**
 * Whether they are one: `013800138000`, `13800138000`, `+8613800138000` and `008613800138000`; also with up to three digits
 * before a whole number, as lines have country codes without a `+` and outside lines are dialled.
 */
export function isSameNumber(one: ComparedNumber, other: ComparedNumber): boolean {
  if (one.is === 'exact' || other.is === 'exact') return one.is === other.is && one.digits === other.digits;
  if (one.digits === other.digits) return true;
  if (one.is === 'abroad' && other.is === 'abroad') return false;
  const [short, long] = one.digits.length < other.digits.length ? [one, other] : [other, one];
  if (!long.digits.endsWith(short.digits)) return false;
  const before = long.digits.slice(0, -short.digits.length);
  // A country code, in some countries with the 0 of the number behind it.
  if (long.is === 'abroad') return /^[1-9]\d{0,2}$/.test(before) || keepsZero.some((code) => before === `${code}0`);
  return short.is === 'home' && short.digits.length >= wholeNumber && before.length <= 3;
}
