/**
 * Markdown as `test/scenarios/*.md` use it: a title, a story, and under each heading a table or one sentence. Every
 * function throws on what it does not know, so that no line of a file is without meaning.
 */

/** A heading with the lines below it, blank ones left out. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** A file in its sections: the first is `# title` with the story. */
export function sectionsOf(text: string): Section[] {
  const sections: { heading: string; lines: string[] }[] = [];
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line.startsWith('#')) sections.push({ heading: line, lines: [] });
    else if (line === '') continue;
    else if (sections.length === 0) throw new Error('the file begins with no title');
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/** A cell may hold a pipe as Markdown writes it: `\|`. */
function cellsOf(line: string): string[] {
  if (!line.startsWith('|') || !line.endsWith('|') || line.length < 2) throw new Error(`no row of a table: ${line}`);
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** The rows of a section's table: heading of the column → cell. `None.` in place of a table: no rows. */
export function rowsOf({ heading, lines }: Section, columns: readonly string[]): Record<string, string>[] {
  if (lines.length === 1 && lines[0] === 'None.') return [];
  const [head = '', rule = '', ...rows] = lines;
  if (rows.length === 0) throw new Error(`${heading}: neither a table nor "None."`);
  const names = cellsOf(head);
  if (names.join() !== columns.join()) {
    throw new Error(`${heading}: the columns are ${names.join(', ')}, not ${columns.join(', ')}`);
  }
  if (cellsOf(rule).some((cell) => !/^:?-+:?$/.test(cell))) throw new Error(`${heading}: no rule below the columns`);
  return rows.map((row) => {
    const cells = cellsOf(row);
    if (cells.length !== names.length) throw new Error(`${heading}: ${cells.length} cells in ${row}`);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

/**
 * The records of a section whose table has a row for each field and a column for each record (`field | first | second`):
 * one object for each column, all with exactly the given fields in their order. A row may be left out whose cell is
 * `usually` the same.
 */
export function columnsOf(
  section: Section,
  fields: readonly string[],
  usually: Readonly<Record<string, string>> = {},
): Record<string, string>[] {
  const { heading, lines } = section;
  if (lines.length === 1 && lines[0] === 'None.') return [];
  const [first, ...names] = cellsOf(lines[0] ?? '');
  if (first !== 'field' || names.length === 0) throw new Error(`${heading}: no table of fields`);
  const rows = rowsOf(section, ['field', ...names]);
  const told = rows.map((row) => row['field'] ?? '');
  const wanted = fields.filter((field) => told.includes(field) || !(field in usually));
  const missing = wanted.filter((field) => !told.includes(field));
  const unknown = told.filter((field) => !fields.includes(field));
  if (missing.length > 0) throw new Error(`${heading}: without ${missing.join(', ')}`);
  if (unknown.length > 0) throw new Error(`${heading}: unknown ${unknown.join(', ')}`);
  if (told.join() !== wanted.join()) throw new Error(`${heading}: not in the contract’s order`);
  return names.map((name) => ({
    ...usually,
    ...Object.fromEntries(rows.map((row) => [row['field'] ?? '', row[name] ?? ''])),
  }));
}
