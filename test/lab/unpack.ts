import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

/** Unpacks every Debian package of a folder below `root`, without maintainer scripts and without root. */
export function unpack(debs: string, root: string): void {
  mkdirSync(join(root, 'usr'), { recursive: true });
  for (const dir of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', dir));
    // The usr-merge of a Debian machine, made before the packages that rely on it.
    symlinkSync(`usr/${dir}`, join(root, dir));
  }
  for (const deb of readdirSync(debs).filter((name) => name.endsWith('.deb'))) {
    run('sh', [
      '-c',
      'dpkg --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"',
      'sh',
      join(debs, deb),
      root,
    ]);
  }
}
