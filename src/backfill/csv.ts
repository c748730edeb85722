/** Most fields of a row, with room for additions: more are two rows, the first of them torn. */
const mostFields = 30;
/** Most characters of a field: Asterisk's have some 80, its userfield 256. */
const longestField = 4_096;

/** A text read as CSV: the fields of one row; `open`: its quotes are not closed yet; `torn`: no row (see `fieldsOf`). */
export type Csv = readonly string[] | 'open' | 'torn';

/**
 * The fields of one row as cdr_csv and CSV_QUOTE write it: each quoted (with quotes inside doubled), a whole number, or
 * empty. Quotes may contain line ends, since a caller's number may. Any other text without quotes is torn: a caller may
 * have sent it, whose own quotes are always doubled. A text that is too long for a row is torn, too.
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
