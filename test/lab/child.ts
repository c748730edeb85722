import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * Starts a process that ends with this one, even when this one is killed outright (prctl(2) PR_SET_PDEATHSIG), and that
 * a Ctrl-C at the terminal does not reach: who started it ends it, in its order. What it writes on stdout and stderr
 * goes to `onOutput`.
 */
export function spawnBound(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
  onOutput: (text: string) => void,
): ChildProcessByStdio<null, Readable, Readable> {
  const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { ...options, stdio, detached: true });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onOutput);
  return child;
}
