import { statSync } from 'node:fs';
import { fail, ok, type Finding } from './finding.ts';

/** Before this the clock was never set (milliseconds since 1970). */
const earliest = Date.UTC(2025, 0, 1);
/** Milliseconds by which a file may be ahead. */
const slack = 60_000;

/** Whether the box's clock can be right: tokens and records go by it. `files` were written by this box. */
export function clockFinding(now: number, files: readonly string[]): Finding {
  const shown = new Date(now).toISOString();
  const mend = 'set the clock: timedatectl set-ntp true';
  if (now < earliest) return fail(`clock: ${shown} cannot be right`, mend);
  for (const file of files) {
    const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs <= now + slack) continue;
    return fail(`clock: ${shown}, but ${file} was written later (${new Date(mtimeMs).toISOString()})`, mend);
  }
  return ok(`clock: ${shown}`);
}
