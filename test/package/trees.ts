import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { debianSources } from '../lab/apt.ts';
import { cacheDir } from '../lab/prefix.ts';

/** Debian releases that boxes are made of. */
export type Suite = 'bullseye' | 'bookworm';

/** Counted up when the recipe changes: older trees are then made anew. */
const recipe = 1;

/** The folder in which a freshly installed Debian is kept between runs. */
export function treeDir(suite: Suite): string {
  return join(cacheDir(), `debian-${suite}-${recipe}`);
}

/** Runs a command without blocking, so that two trees are made at once; rejects with what it said. */
async function run(command: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${said}`);
}

/**
 * Installs a Debian as small as it gets, with systemd, from the mirror that this machine's own apt uses; bullseye also
 * gets the packages of its Asterisk, not installed yet. Does nothing when it is there.
 */
export async function makeTree(suite: Suite): Promise<void> {
  const target = treeDir(suite);
  if (existsSync(target)) return;
  const [source] = debianSources();
  if (source === undefined) throw new Error('no Debian archive in /etc/apt');
  mkdirSync(cacheDir(), { recursive: true });
  const partial = `${target}.part`;
  rmSync(partial, { recursive: true, force: true });
  // What it mounts goes with it, also when it is interrupted.
  const alone = ['-m', '--propagation', 'private'];
  await run('unshare', [
    ...alone,
    'debootstrap',
    '--variant=minbase',
    '--include=systemd-sysv',
    suite,
    partial,
    source.uri,
  ]);
  if (suite === 'bullseye') {
    await run('chroot', [partial, 'apt-get', '-qq', 'update']);
    const install = ['apt-get', '-qq', '-y', '--no-install-recommends', '--download-only', 'install', 'asterisk'];
    await run('chroot', [partial, ...install]);
  } else await run('chroot', [partial, 'apt-get', 'clean']);
  rmSync(join(partial, 'etc/resolv.conf'), { force: true });
  renameSync(partial, target);
}

/** Why boxes cannot be booted here; `undefined`: they can. */
export function whyNoBoxes(): string | undefined {
  if (process.getuid?.() !== 0) return 'booting a Debian needs root';
  const tried = spawnSync('unshare', ['-m', '-n', '-p', '-f', '--propagation', 'private', 'true'], {
    encoding: 'utf8',
  });
  if (tried.status === 0) return undefined;
  return `booting a Debian needs namespaces: ${tried.error?.message ?? tried.stderr.trim()}`;
}
