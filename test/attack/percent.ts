/** As the user part of a SIP URI: whatever is no letter or digit is escaped, which Asterisk undoes. */
export function percentEncoded(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
