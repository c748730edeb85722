import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

/** What is built, as far as it shows in what is built: nothing else of the machine or the moment may. */
export interface Revision {
  /** Of package.json, which is also the version of the Debian packages. */
  readonly version: string;
  /** What `--version` prints: with the commit, and `.dirty` when there is more than that in the folder. */
  readonly full: string;
  /** Seconds since 1970 of the commit: every time stamp in the packages. */
  readonly epoch: number;
}

/** The output of git, `undefined` when this is no clone. */
function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The revision of this folder. `SOURCE_DATE_EPOCH` counts where it is set. */
export function revision(): Revision {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const commit = git('rev-parse', '--short=12', 'HEAD');
  const isDirty = git('status', '--porcelain') !== '';
  const epoch = process.env['SOURCE_DATE_EPOCH'] ?? git('log', '-1', '--format=%ct') ?? releaseDate();
  return {
    version,
    full: commit === undefined ? version : `${version}+${commit}${isDirty ? '.dirty' : ''}`,
    epoch: Number(epoch),
  };
}

/** Of a folder without git: the day of the newest release in CHANGELOG.md. */
function releaseDate(): string {
  const day = /^## \[[^\]]+\] - (\S+)$/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))?.[1] ?? '2026-01-01';
  return String(Date.parse(`${day}T00:00:00Z`) / 1000);
}
