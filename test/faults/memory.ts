import { readFileSync } from 'node:fs';

/** Private memory of a process in KB; 0: there is none. */
export function privateMemory(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const [, size] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(size);
}
