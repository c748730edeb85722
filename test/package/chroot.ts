import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import type { Outcome } from './box.ts';
import { treeDir } from './trees.ts';

const enter =
  'mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && root=$1 && shift && exec chroot "$root" "$@"';

/** A Debian 12 that is not booted: packages are installed in it as in a container, in seconds. */
export class Chroot {
  readonly #dir = makeTemp();
  readonly root = join(this.#dir, 'root');

  constructor(deb: string) {
    const { status, stderr } = spawnSync('cp', ['-a', treeDir('bookworm'), this.root], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    copyFileSync(deb, join(this.root, 'root/coocenter-api.deb'));
  }

  /** Runs a command as root; `path` goes before the usual PATH. */
  run(command: readonly string[], path = ''): Outcome {
    const env = ['env', '-i', `PATH=${path}/usr/sbin:/usr/bin:/sbin:/bin`, 'LC_ALL=C', ...command];
    const inside = ['-m', '-p', '-f', '--propagation', 'private', 'sh', '-c', enter, 'sh', this.root, ...env];
    const { status, stdout, stderr, error } = spawnSync('unshare', inside, { encoding: 'utf8', timeout: 120_000 });
    if (error !== undefined) throw error;
    return { status, said: `${stdout}${stderr}` };
  }

  /** A line of shell; throws when it fails. */
  sh(line: string): string {
    const { status, said } = this.run(['sh', '-ec', line]);
    if (status !== 0) throw new Error(`${line} ended with ${status ?? 'a signal'}:\n${said}`);
    return said;
  }

  install(path = ''): string {
    const { status, said } = this.run(['dpkg', '-i', '/root/coocenter-api.deb'], path);
    if (status !== 0) throw new Error(`dpkg -i ended with ${status ?? 'a signal'}:\n${said}`);
    return said;
  }

  purge(): string {
    return this.sh('dpkg --purge coocenter-api 2>&1');
  }

  connect(): Outcome {
    return this.run(['/usr/lib/coocenter-api/connect-asterisk']);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'latin1');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text, 'latin1');
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Mode, owner and group, as `640 root asterisk`. */
  mode(path: string): string {
    return this.sh(`stat -c '%a %U %G' ${path}`).trim();
  }

  end(): void {
    removeTemp(this.#dir);
  }
}
