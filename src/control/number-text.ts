/** Text as people write and link numbers, made plain: what cannot be seen, URIs, and digits of other scripts. Pure. */

/** What people put between digits: spaces and dashes of all scripts, dots, slashes. */
export const separators = /[\p{Zs}\p{Pd}\u2212\u2043./\u2044\u2215\u00B7\u2022\u2024\u2027\u30FB\uFF65]/gu;

/** The text without what cannot be seen: zero-width and bidi marks, soft hyphens, variation selectors, fillers. */
export function visibleOf(text: string): string {
  return text.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
}

/** Full-width signs and the decimal digits of all scripts as those of ASCII. */
export function asciiOf(text: string): string {
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

const schemes = /^(tel|sips?|callto):(?:\/\/)?/i;

/**
 * The number in `"Name" <808>`, or in a URI of the schemes tel (RFC 3966), sip and sips (RFC 3261 §19.1) or callto, without
 * its parameters and host. A `phone-context` is no prefix (RFC 3966 §5.1.5): it is left out, too.
 */
export function insideOf(text: string): { readonly text: string } | { readonly why: string } {
  const bare = /^[^<>]*<([^<>]*)>$/.exec(text)?.[1]?.trim() ?? text;
  const scheme = schemes.exec(bare);
  if (scheme === null) return { text: bare };
  const [address = ''] = bare.slice(scheme[0].length).split('?');
  const isSip = /^sip/i.test(bare);
  if (isSip && /^\d{1,3}(?:\.\d{1,3}){3}(?:[:;]|$)/.test(address)) return { why: 'names a host and no number' };
  const user = isSip ? address.replace(/@.*$/s, '') : address;
  try {
    return { text: decodeURIComponent(user.replace(/;.*$/s, '')) };
  } catch {
    return { why: 'has a broken percent-encoding' };
  }
}
