import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const child = join(import.meta.dirname, 'store-child.ts');

/** Adds records in a child and kills it with SIGKILL, `times` times at a random moment. Returns the ids acknowledged. */
export async function crashes(folder: string, times: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let run = 0; run < times; run++) {
    const adder = spawn(process.execPath, [child, 'add', folder, `${run}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const left = Math.floor(Math.random() * 200);
    let seen = 0;
    for await (const line of createInterface(adder.stdout)) {
      acknowledged.push(line);
      if (++seen === left + 1) setTimeout(() => adder.kill('SIGKILL'), Math.random() * 20);
    }
  }
  return acknowledged;
}

/** Lets a child run into a limit on the size of its files, which it then lifts. Returns what it prints. */
export async function firstFull(folder: string): Promise<{ lines: string[]; end: number | string | null }> {
  // Only the soft limit, since the child lifts it itself.
  const shell = spawn('sh', ['-c', 'ulimit -S -f 4000; exec "$0" "$@"', process.execPath, child, 'full', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(shell, 'close');
  const lines: string[] = [];
  for await (const line of createInterface(shell.stdout)) lines.push(line);
  const [code, signal] = (await exited) as [number | null, string | null];
  return { lines, end: code ?? signal };
}
