/** Fields of a row at most, with some that somebody added: more are two rows, of which the first was torn. */
const mostFields = 30;
/** Characters of a field at most: Asterisk's own have some 80, and its userfield 256. */
const longestField = 4_096;

/**
 * What a text is, read as CSV: the fields of one row; `open`: within quotes that are not closed yet; `torn`: no row at all
 * (see `fieldsOf`).
 */
export type Csv = readonly string[] | 'open' | 'torn';

/**
 * The fields of one row as cdr_csv and CSV_QUOTE write it: quoted, a quote within doubled, or a whole number, or nothing.
 * Within quotes there may be line ends, since a caller's number may hold some. Anything else without quotes is torn: it
 * may be of a caller, whose own quotes are always doubled. So is what is too much for a row.
 */
export function fieldsOf(text: string, from = 0): Csv {
  const fields: string[] = [];
  for (let at = from; ;) {
    if (fields.length === mostFields) return 'torn';
    if (text[at] !== '"') {
      const end = text.indexOf(',', at);
      const field = end < 0 ? text.slice(at) : text.slice(at, end);
      if (!/^-?\d*$/.test(field)) return 'torn';
      fields.push(field);
      if (end < 0) return fields;
      at = end + 1;
      continue;
    }
    let field = '';
    for (at++; ; at++) {
      const quote = text.indexOf('"', at);
      const end = quote < 0 ? text.length : quote;
      if (field.length + end - at > longestField) return 'torn';
      if (quote < 0) return 'open';
      field += text.slice(at, quote);
      at = quote + 1;
      if (text[at] !== '"') break;
      field += '"';
    }
    fields.push(field);
    if (at >= text.length) return fields;
    if (text[at] !== ',') return 'torn';
    at++;
  }
}
