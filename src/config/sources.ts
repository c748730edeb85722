import { readLines, type Lines, type Remark } from './lines.ts';

/** A text of the configuration and the file that it stands in. */
export interface Source {
  readonly text: string;
  readonly file: string;
}

/** Lines of the n-th file are counted from n times this, so that one number tells file and line. No file is as long. */
const stride = 2 ** 32;

/** The line within its file, from 1. */
export function lineOf(line: number): number {
  return line % stride;
}

/** Whether two lines are of the same file. */
export function isSameSource(one: number, other: number): boolean {
  return Math.floor(one / stride) === Math.floor(other / stride);
}

/** `file:line`; for line 0, which is none, the last file. */
export function placeOf(line: number, sources: readonly Source[]): string {
  if (line === 0) return sources.at(-1)?.file ?? '';
  return `${sources[Math.floor(line / stride)]?.file ?? ''}:${lineOf(line)}`;
}

/** Reads several files as if they were one, in their order; each begins anew, outside of any section. */
export function readSources(sources: readonly Source[]): Lines {
  const all = sources.map(({ text }, index) => {
    const { entries, sections, problems, warnings } = readLines(text);
    const moved = <T extends { readonly line: number }>(list: readonly T[]): T[] =>
      list.map((item) => ({ ...item, line: index * stride + item.line }));
    return {
      entries: moved(entries),
      sections: moved(sections),
      problems: moved<Remark>(problems),
      warnings: moved<Remark>(warnings),
    };
  });
  return {
    entries: all.flatMap(({ entries }) => entries),
    sections: all.flatMap(({ sections }) => sections),
    problems: all.flatMap(({ problems }) => problems),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}
