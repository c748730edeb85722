import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'coocenter-lab-';

/** A folder below the system's temporary one, to be removed by who made it. Its name tells the process. */
export function makeTemp(): string {
  sweep();
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

export function removeTemp(dir: string): void {
  // A process that was just killed may still write: then the folder is not empty at the first try.
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}

let swept = false;

/** Removes the folders of processes that were killed before they could. */
function sweep(): void {
  if (swept) return;
  swept = true;
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) removeTemp(join(tmpdir(), name));
  }
}
