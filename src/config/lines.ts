import ini from 'ini';

/** One `key = value` of the file. */
export interface Assignment {
  readonly line: number;
  /** Section as written, without its brackets. */
  readonly section: string;
  /** Key as written. */
  readonly key: string;
  readonly value: string;
}

/** A remark on one line; `line` counts from 1. */
export interface Remark {
  readonly line: number;
  readonly text: string;
}

/** What the lines of a file hold, before any of it is checked against the table of keys. */
export interface Lines {
  readonly entries: readonly Assignment[];
  readonly sections: readonly { readonly line: number; readonly name: string }[];
  readonly problems: readonly Remark[];
  readonly warnings: readonly Remark[];
}

/**
 * Reads the lines of api.conf with the `ini` library, in its dialect but for comments (contract §1):
 * `#` and `;` open a comment at the start of a line, ` ;` after a value and white space; everywhere else they belong
 * to the value, so that keys (`a#b;c`) and URLs (`http://crm/#/call`) survive. Quotes around a value, and `\;` `\#`
 * `\\` in one, are read as `ini` reads them. A byte order mark and CRLF are fine.
 */
export function readLines(text: string): Lines {
  const problems: Remark[] = [];
  const warnings: Remark[] = [];
  const prepared: string[] = [];
  let inSection = false;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const content = raw.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    const separator = /[\u2028\u2029]/.exec(content)?.[0];
    if (separator !== undefined) {
      // ini would pass over the line without a word: no WEBKEY, and the box is open to everybody.
      problems.push({ line, text: `holds the invisible character U+${separator.charCodeAt(0).toString(16)}` });
      continue;
    }
    if (content.startsWith('[')) {
      const heading = /^\[([^\]]+)\]\s*([;#].*)?$/.exec(content);
      if (heading?.[1] === undefined) {
        problems.push({ line, text: `${content}: a section is written [name]` });
        continue;
      }
      inSection = true;
      // The line number in front keeps repeated sections apart; ini would nest a name at its unescaped dots.
      prepared.push(`[${line} ${escape(heading[1].trim()).replaceAll('.', '\\.')}]`);
      continue;
    }
    const at = content.indexOf('=');
    const key = content.slice(0, at).trim();
    if (at < 0 || key === '') {
      // Its first word only: behind it there may be a secret, and this text ends in the log.
      problems.push({ line, text: `${content.split(/\s/, 1).join('')}: key = value is expected` });
      continue;
    }
    if (!inSection) {
      problems.push({ line, text: `${key}: stands before the first [section]` });
      continue;
    }
    const value = withoutComment(content.slice(at + 1).trim());
    if (/\s#/.test(value)) {
      warnings.push({ line, text: `${key}: # is part of the value (a comment after a value begins with ;)` });
    }
    prepared.push(`${line} ${escape(key)}=${protect(value)}`);
  }
  return { ...collect(ini.parse(prepared.join('\n'), { bracketedArray: false })), problems, warnings };
}

/** The value without a trailing ` ; comment`; a `;` inside quotes, or with no white space before it, stays. */
function withoutComment(value: string): string {
  const quoted = /^("(?:[^"\\]|\\.)*"|'[^']*')\s*(;.*)?$/.exec(value);
  return quoted?.[1] ?? value.replace(/(^|\s+);.*$/, '');
}

/** The value in a form of which `ini` loses nothing. */
function protect(value: string): string {
  // ini gives the inside of single quotes to JSON.parse: '1e3' would become 1000, and a lone ' nothing.
  if (value === "'") return JSON.stringify(value);
  if (value.startsWith("'") && value.endsWith("'")) return JSON.stringify(value.slice(1, -1));
  return value.startsWith('"') && value.endsWith('"') ? value : escape(value);
}

/** A backslash before each `;` and `#` that has none: ini cuts the text there otherwise. */
function escape(text: string): string {
  return text.replace(/\\[\\;#]|[;#]/g, (found) => (found.length === 2 ? found : `\\${found}`));
}

function collect(parsed: Record<string, unknown>): Pick<Lines, 'entries' | 'sections'> {
  const entries: Assignment[] = [];
  const sections: { line: number; name: string }[] = [];
  for (const [heading, keys] of Object.entries(parsed)) {
    const [line, name] = split(heading);
    sections.push({ line, name });
    for (const [numbered, value] of Object.entries(keys as Record<string, unknown>)) {
      const [at, key] = split(numbered);
      // ini makes booleans and null of the words true, false and null.
      entries.push({ line: at, section: name, key, value: String(value) });
    }
  }
  return { entries, sections };
}

function split(numbered: string): [line: number, name: string] {
  const at = numbered.indexOf(' ');
  return [Number(numbered.slice(0, at)), numbered.slice(at + 1)];
}
