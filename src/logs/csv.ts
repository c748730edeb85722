/**
 * The fields of one line as cdr_csv and CSV_QUOTE write it: quoted or not, a quote within doubled. `undefined` for a
 * line that is torn (a quote that is never closed, or is followed by something other than a comma).
 */
export function fieldsOf(line: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ;) {
    if (line[at] !== '"') {
      const end = line.indexOf(',', at);
      fields.push(end < 0 ? line.slice(at) : line.slice(at, end));
      if (end < 0) return fields;
      at = end + 1;
      continue;
    }
    let field = '';
    for (at++; ; at++) {
      const quote = line.indexOf('"', at);
      if (quote < 0) return undefined;
      field += line.slice(at, quote);
      at = quote + 1;
      if (line[at] !== '"') break;
      field += '"';
    }
    fields.push(field);
    if (at >= line.length) return fields;
    if (line[at] !== ',') return undefined;
    at++;
  }
}
