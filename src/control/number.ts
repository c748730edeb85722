/**
 * Telephone numbers as people have them, in mails, on pages and in address books, as Asterisk dials or blocks them
 * (contract §5.2). Pure.
 */
import { asciiOf, insideOf, separators, visibleOf } from './number-text.ts';

/** A number in 0-9 A-Z a-z * #, perhaps with a leading `+`; or why the text is none, to be said after `it`. */
export type ReadNumber = { readonly number: string } | { readonly why: string };

/** How numbers are dialled (`[dialplan]` of api.conf). */
export interface DialRules {
  /** `international`: what is dialled in place of a leading `+`; `''`: the `+` itself. */
  readonly international: string;
  /** `dial_features`: whether a number may hold `*` and `#`, as feature codes such as that of ChanSpy do. */
  readonly features: boolean;
}

/** Characters of a number that is dialled. */
export const longestDialled = 32;
/** Characters of a number that is blocked, or of an extension. */
export const longestBlocked = 40;
/** Characters of a number as people write it, a URI around it included. */
export const longestWritten = 200;

/** The number to be dialled: feature codes are judged, and the `+` is replaced, once nothing else is left of the text. */
export function dialledNumber(text: string, { international, features }: DialRules): ReadNumber {
  const read = plainNumber(text);
  if ('why' in read) return read;
  const { number } = read;
  if (!features && /[*#]/.test(number)) return { why: 'holds * or #, which dial_features does not allow' };
  if (/^\+(?![1-9][0-9]*$)/.test(number)) return { why: 'has a + without a country code and digits' };
  return within(international === '' ? number : number.replace(/^\+/, international), longestDialled);
}

/**
 * The number of a caller, to be blocked or shown: without letters, with its `+` as it stands, since callers' numbers come
 * from the line as they are.
 */
export function callersNumber(text: string, most = longestBlocked): ReadNumber {
  const read = plainNumber(text);
  if ('why' in read) return read;
  return /[A-Za-z]/.test(read.number) ? { why: 'holds letters' } : within(read.number, most);
}

/** An extension: a name as it stands, or digits as people write numbers. */
export function extensionNumber(text: string): ReadNumber {
  if (/^[0-9A-Za-z_.-]+$/.test(text)) return within(text, longestBlocked);
  const read = plainNumber(text);
  if ('why' in read) return read;
  return /^[0-9]+$/.test(read.number) ? within(read.number, longestBlocked) : { why: 'holds more than digits' };
}

/** A caller's number as lines may show it: as it is, and with `international` in place of its `+`, or the reverse. */
export function formsOf(number: string, international: string): readonly [string, ...string[]] {
  if (international === '') return [number];
  if (number.startsWith('+')) return [number, international + number.slice(1)];
  const abroad = number.startsWith(international) ? number.slice(international.length) : '';
  // Country code and number have 7 to 15 digits (E.164 §6).
  return /^[1-9][0-9]{6,14}$/.test(abroad) ? [number, `+${abroad}`] : [number];
}

function within(number: string, most: number): ReadNumber {
  return number.length > most ? { why: `has more than ${most} characters` } : { number };
}

/** What is left of a text once all is gone that only makes a number easier to read. */
export function plainNumber(text: string): ReadNumber {
  if (text.length > longestWritten) return { why: `has more than ${longestWritten} characters` };
  const inside = insideOf(visibleOf(text).trim());
  if ('why' in inside) return inside;
  const written = visibleOf(inside.text).trim();
  if (/\p{Cc}/u.test(written)) return { why: 'holds a control character' };
  const plain = asciiOf(written);
  const more = numberBehind(plain);
  if (more !== undefined) return { why: `has another number behind it (${more})` };
  const joined = withoutTrunkZero(plain.replaceAll(separators, ''));
  if (joined === undefined) return { why: 'has a 0 in brackets that is not dialled from abroad: leave it out' };
  const number = joined.replaceAll(/[()[\]]/g, '');
  const [strange] = /[^0-9A-Za-z+*#]/u.exec(number) ?? [];
  if (strange !== undefined) return { why: `holds ${JSON.stringify(strange)}` };
  if (number.indexOf('+', 1) > 0) return { why: 'has a + that is not at its beginning' };
  if (!/[0-9A-Za-z*#]/.test(number)) return { why: 'holds no digits' };
  // An extension of the dialplan may be a word; a text with words in it is no number.
  if (/[A-Za-z]/.test(number) && number !== plain) return { why: 'holds letters beside spaces or punctuation' };
  return { number };
}

/** An extension to be dialled once the call is answered: `x12`, `ext. 12`, `,,12` as telephones keep it. */
const extensionBehind = /^[^A-Za-z,;]*\d[^A-Za-z0-9,;]*((?:[,;pw]+|x|ext\.?|extn\.?|extension)[ .:]*\d+)$/i;

/** Digits of which each of two numbers side by side has this many at least, and an area code before a slash has not. */
const wholeNumber = 7;

/** What stands behind a number and is dialled with it by nobody. */
function numberBehind(plain: string): string | undefined {
  const extension = extensionBehind.exec(plain)?.[1];
  if (extension !== undefined) return extension;
  const [first = '', second = '', ...others] = plain.split('/');
  const isWhole = (text: string): boolean => text.replaceAll(/\D/g, '').length >= wholeNumber;
  return others.length === 0 && isWhole(first) && isWhole(second) ? second.trim() : undefined;
}

/** Country codes behind which a 0 that begins the number is dialled from abroad, too. */
export const keepsZero: readonly string[] = ['39', '378', '225', '229', '241', '242'];

/**
 * `+49(0)30…` without the 0, which is dialled within the country only. Where brackets hold more than the 0, `undefined`:
 * what is left out depends on the country.
 */
function withoutTrunkZero(joined: string): string | undefined {
  const [whole, before = '', country = '', inside = ''] =
    /^([([]*(?:\+|00)([1-9]\d{0,2})[)\]]*)[([](0\d*)[)\]]/.exec(joined) ?? [];
  if (whole === undefined || keepsZero.includes(country)) return joined;
  return inside === '0' ? before + joined.slice(whole.length) : undefined;
}
