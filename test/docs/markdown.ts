import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The top of the repository. */
export const root = join(import.meta.dirname, '../..');

/** What users read: the README, `docs/`, and what lies beside the files it is about. */
export const documents: readonly string[] = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...globSync(['docs/*.md', 'etc/**/*.md'], { cwd: root }).sort(),
];

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Markdown as it reads: no escapes, no entities. */
export function plain(text: string): string {
  return text
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
}

/** A part of a document under a heading, without those below it that have a heading of the same rank. */
export interface Section {
  readonly rank: number;
  readonly heading: string;
  readonly text: string;
}

/** A document in its parts; what stands before the first heading is left out. Lines in code are no headings. */
export function sectionsOf(document: string): Section[] {
  const sections: { rank: number; heading: string; lines: string[] }[] = [];
  let fenced = false;
  for (const line of document.split('\n')) {
    if (/^\s*```/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^(#+) (.*)$/.exec(line);
    if (heading !== null) sections.push({ rank: heading[1]?.length ?? 0, heading: heading[2] ?? '', lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ lines, ...rest }) => ({ ...rest, text: lines.join('\n') }));
}

/** A block of code between fences. */
export interface Fence {
  readonly language: string;
  /** What follows the language, as `file=receive.php`. */
  readonly info: string;
  readonly text: string;
}

export function fencesOf(document: string): Fence[] {
  return [...document.matchAll(/^```(\w*)[ ]*(.*)\n([^]*?)^```$/gm)].map(([, language = '', info = '', text = '']) => ({
    language,
    info,
    text,
  }));
}

/** The items of the list that a text begins with, each as one line; none when it begins with something else. */
export function itemsOf(text: string): string[] {
  const [list = ''] = /^(?:- .*\n(?: {2}.*\n|\n(?=- | {2}))*)*/.exec(`${text.trimStart()}\n`) ?? [];
  return list
    .split(/^- /m)
    .slice(1)
    .map((item) => item.trim().replace(/\s+/g, ' '));
}

/** The one of all that is named by `what`; throws when there is none, or several. */
export function one<T>(all: readonly T[], what: string): T {
  const [first, ...others] = all;
  if (first === undefined || others.length > 0) throw new Error(`${all.length} instead of one: ${what}`);
  return first;
}
