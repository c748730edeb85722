/** A cell of a table. */
export type CsvCell = string | number | null;

/** What a spreadsheet would take for a formula, where somebody else wrote it; Chinese ones take wide letters too. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * A table as CSV (RFC 4180), its first row the names of the columns. It begins with a byte order mark, so that spreadsheets
 * read it as UTF-8, and a text that they would take for a formula gets an apostrophe in front. `null` is an empty cell.
 */
export function formatCsv(names: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const lines = [names, ...rows].map((cells) => cells.map(formatCell).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function formatCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether a client would rather have CSV than JSON (RFC 9110 §12.5.1): only if it names CSV, and JSON not before it. */
export function prefersCsv(accept = ''): boolean {
  const weights = new Map<string, number>();
  for (const part of accept.split(',')) {
    const [type = '', ...params] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = Number(params.find((param) => param.startsWith('q='))?.slice(2) ?? 1);
    if (!weights.has(type)) weights.set(type, Number.isNaN(weight) ? 0 : weight);
  }
  const csv = weights.get('text/csv') ?? 0;
  const json = weights.get('application/json') ?? 0;
  if (csv !== json || csv === 0) return csv > json;
  const names = [...weights.keys()];
  return names.indexOf('text/csv') < names.indexOf('application/json');
}
