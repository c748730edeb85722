/**
 * Finds the failed assertions in a TAP stream (tap nests by four spaces a level, `# Subtest:` before the assertions), each
 * with the file and subtests it is in. Printed last, they survive a CI that keeps only the end of the output.
 */

/** How many lines of tap's diagnosis are shown for each failure. */
const diagnosisLines = 40;

/** A failed assertion. */
export interface Failure {
  /** File, subtests and assertion: `test/x.test.ts › a call › has one row`. */
  readonly name: string;
  /** tap's YAML, a line each. */
  readonly diagnosis: readonly string[];
}

/** The failures in the order of the stream. A subtest that failed only because of its parts does not count. */
export function failuresOf(stream: string): Failure[] {
  const found: Failure[] = [];
  const path: string[] = [];
  /** How many failures there were when the subtest of each level began. */
  const before: number[] = [];
  const lines = stream.split('\n');
  for (const [at, line] of lines.entries()) {
    const level = Math.floor((line.length - line.trimStart().length) / 4);
    const text = line.trim();
    const subtest = /^# Subtest: (.*)$/.exec(text)?.[1];
    if (subtest !== undefined) {
      path.splice(level, Infinity, subtest);
      before.splice(level, Infinity, found.length);
    }
    const failed = /^not ok \d+(?: - )?(.*?)(?: # (?:(todo|skip)\b.*|time=\S+))?$/i.exec(text);
    if (failed === null || failed[2] !== undefined) continue;
    const ownName = failed[1] ?? '';
    const parts = path[level] === ownName && found.length > (before[level] ?? 0);
    if (parts) continue;
    found.push({ name: [...path.slice(0, level), ownName].join(' › '), diagnosis: diagnosisAfter(lines, at) });
  }
  return found;
}

function diagnosisAfter(lines: readonly string[], at: number): string[] {
  if (lines[at + 1]?.trim() !== '---') return [];
  const end = lines.findIndex((line, index) => index > at + 1 && line.trim() === '...');
  const block = lines.slice(at + 2, end === -1 ? undefined : end);
  const left = block.length - diagnosisLines;
  return left > 0 ? [...block.slice(0, diagnosisLines), `… ${left} more lines`] : block;
}
