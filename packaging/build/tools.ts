import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, tell } from './run.ts';

/** Whether a command is there. */
export function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((dir) => existsSync(join(dir, command)));
}

/**
 * Installs the Debian packages of those commands (or files, by their full path) that are missing; whoever is not root is
 * told to.
 */
export function need(wanted: Readonly<Record<string, string>>): void {
  const isThere = (what: string): boolean => (what.startsWith('/') ? existsSync(what) : isOnPath(what));
  const missing = Object.entries(wanted).flatMap(([what, name]) => (isThere(what) ? [] : [name]));
  if (missing.length === 0) return;
  const names = [...new Set(missing)];
  if (process.getuid?.() !== 0) throw new Error(`these are missing: apt-get install ${names.join(' ')}`);
  tell(`installing ${names.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['-qq', 'update'], { env });
  run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...names], { env });
}
