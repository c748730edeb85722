import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The clone. */
export const root = join(import.meta.dirname, '../..');

/** Everything that is built; ignored by git, may be removed at any time. */
export const buildDir = join(root, 'build');

/** Runs a command and returns its standard output; throws with what it said when it fails. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, cwd: root, ...options });
  if (result.error !== undefined) throw new Error(`${command}: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr.trim() || result.stdout}`);
  return result.stdout;
}

/** Says what a build does, with the time it took when that is worth knowing. */
export function tell(text: string, since?: number): void {
  const took = since === undefined ? '' : ` (${((Date.now() - since) / 1000).toFixed(1)} s)`;
  process.stdout.write(`${text}${took}\n`);
}
