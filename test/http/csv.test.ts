import fc from 'fast-check';
import t from 'tap';
import { formatCsv, prefersCsv, type CsvCell } from '../../src/http/csv.ts';

/** A reader of RFC 4180 that knows nothing of the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, isQuoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at++) {
    const [one, next] = [text[at] ?? '', text[at + 1]];
    if (isQuoted) {
      if (one !== '"') cell += one;
      else if (next === '"') cell += text[at++] ?? '';
      else isQuoted = false;
    } else if (one === '"') isQuoted = true;
    else if (one === ',') {
      row.push(cell);
      cell = '';
    } else if (one === '\r' && next === '\n') {
      rows.push([...row, cell]);
      [row, cell] = [[], ''];
      at++;
    } else cell += one;
  }
  return rows;
}

void t.test('RFC 4180: whatever is in the cells, a reader finds it again', (t) => {
  const cell: fc.Arbitrary<CsvCell> = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', '王', ' ', '=') }),
    fc.integer(),
    fc.constant(null),
  );
  const table = fc.integer({ min: 1, max: 5 }).chain((columns) =>
    fc.record({
      names: fc.array(fc.constantFrom('queue', 'agent'), { minLength: columns, maxLength: columns }),
      rows: fc.array(fc.array(cell, { minLength: columns, maxLength: columns })),
    }),
  );
  const shown = (one: CsvCell): string =>
    typeof one === 'string' && /^[=\r\n]/.test(one) ? `'${one}` : String(one ?? '');
  fc.assert(
    fc.property(table, ({ names, rows }) => {
      const text = formatCsv(names, rows);
      return (
        text.startsWith('\uFEFF') &&
        JSON.stringify(parseCsv(text.slice(1))) === JSON.stringify([names, ...rows.map((row) => row.map(shown))])
      );
    }),
  );
  t.end();
});

void t.test('no text is a formula; numbers may be below 0', (t) => {
  const evil = ['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\t=1', '\n=1', '＝1', '＋1', '－1', '＠SUM(A1)'];
  const names = [...evil, ''].map((_text, i) => String(i));
  t.strictSame(parseCsv(formatCsv(names, [[...evil, -1]]).slice(1))[1], [...evil.map((text) => `'${text}`), '-1']);
  t.end();
});

void t.test('RFC 9110 §12.5.1: CSV for whoever would rather have it', (t) => {
  const table: Readonly<Record<string, boolean>> = {
    '': false,
    '*/*': false,
    'application/json': false,
    'text/csv': true,
    'Text/CSV; charset=utf-8': true,
    'text/csv, application/json': true,
    'application/json, text/csv': false,
    'application/json;q=0.5, text/csv': true,
    'text/csv;q=0.5, application/json;q=0.8': false,
    'text/csv;q=0': false,
    'text/csv;q=x': false,
    'text/csv, */*;q=0.1': true,
    'text/html,application/xhtml+xml,*/*;q=0.8': false,
  };
  for (const [accept, wanted] of Object.entries(table)) t.equal(prefersCsv(accept), wanted, accept);
  t.equal(prefersCsv(), false);
  t.end();
});
