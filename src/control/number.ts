/**
 * Telephone numbers as people have them, in mails, on pages and in address books, as Asterisk dials or blocks them
 * (contract §5.2). Pure.
 */

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
/** Characters of a number that is blocked. */
export const longestBlocked = 40;
/** Characters of a number as people write it, a URI around it included. */
export const longestWritten = 200;

/** Marks that direct or join text and cannot be seen: soft hyphen, zero-width, bidi, byte order mark. */
const invisible = /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g;

/** What people put between digits: spaces and dashes of all scripts, dots, slashes. */
const separators = /[\p{Zs}\p{Pd}\u2212\u2043./\u2044\u2215\u00B7\u2022\u2024\u2027\u30FB]/gu;

const schemes = /^(tel|sips?|callto):(?:\/\/)?/i;

/** The number to be dialled: feature codes are judged, and the `+` is replaced, once nothing else is left of the text. */
export function dialledNumber(text: string, { international, features }: DialRules): ReadNumber {
  const read = plainNumber(text);
  if ('why' in read) return read;
  if (!features && /[*#]/.test(read.number)) return { why: 'holds * or #, which dial_features does not allow' };
  const number = international === '' ? read.number : read.number.replace(/^\+/, international);
  return within(number, longestDialled);
}

/**
 * The number of a caller, to be blocked or shown: digits only, with its `+` as it stands, since callers' numbers come from
 * the line as they are and `international` is what this box dials.
 */
export function callersNumber(text: string, most = longestBlocked): ReadNumber {
  const read = plainNumber(text);
  if ('why' in read) return read;
  return /[A-Za-z]/.test(read.number) ? { why: 'holds letters' } : within(read.number, most);
}

function within(number: string, most: number): ReadNumber {
  return number.length > most ? { why: `has more than ${most} characters` } : { number };
}

/** What is left of a text once all is gone that only makes a number easier to read. */
export function plainNumber(text: string): ReadNumber {
  if (text.length > longestWritten) return { why: `has more than ${longestWritten} characters` };
  const visible = text.replaceAll(invisible, '');
  // In a form, a + that is not sent as %2B arrives as a space: without its + it would be another number.
  if (visible.startsWith(' ')) return { why: 'begins with a space (in a form, + is sent as %2B)' };
  const inside = insideOf(visible.trim());
  if (inside === undefined) return { why: 'has a broken percent-encoding' };
  const written = inside.replaceAll(invisible, '').trim();
  if (/\p{Cc}/u.test(written)) return { why: 'holds a control character' };
  const plain = asciiOf(written);
  const joined = plain.replaceAll(separators, '');
  // `+49 (0)30…`: the 0 is dialled within the country only. Without a + nobody knows whether it belongs to the number.
  const number = (/^[([]?\+/.test(joined) ? joined.replace('(0)', '') : joined).replaceAll(/[()[\]]/g, '');
  const [strange] = /[^0-9A-Za-z+*#]/u.exec(number) ?? [];
  if (strange !== undefined) return { why: `holds ${JSON.stringify(strange)}` };
  if (number.indexOf('+', 1) > 0) return { why: 'has a + that is not at its beginning' };
  if (!/[0-9A-Za-z*#]/.test(number)) return { why: 'holds no digits' };
  // An extension of the dialplan may be a word; a text with words in it is no number.
  if (/[A-Za-z]/.test(number) && number !== plain) return { why: 'holds letters beside spaces or punctuation' };
  return { number };
}

/**
 * The number in `"Name" <808>`, or in a URI of the schemes tel (RFC 3966), sip and sips (RFC 3261 §19.1) or callto, without
 * its parameters and host; `undefined` if the URI's percent-encoding is broken.
 */
function insideOf(text: string): string | undefined {
  const bare = /^[^<>]*<([^<>]*)>$/.exec(text)?.[1]?.trim() ?? text;
  const scheme = schemes.exec(bare);
  if (scheme === null) return bare;
  const [address = ''] = bare.slice(scheme[0].length).split('?');
  const user = /^sip/i.test(bare) ? address.replace(/@.*$/s, '') : address;
  try {
    return decodeURIComponent(user.replace(/;.*$/s, ''));
  } catch {
    return undefined;
  }
}

/** Full-width signs and the decimal digits of all scripts as those of ASCII. */
function asciiOf(text: string): string {
  return text
    .replaceAll(/\p{Nd}/gu, digitOf)
    .replaceAll(/[\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF5E]/g, (sign) =>
      String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
    );
}

/** Unicode gives each script's digits in order from 0 to 9 (§4.6), so that runs of several scripts count on. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}
