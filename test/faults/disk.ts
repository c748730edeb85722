import { execFile } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnBound } from '../lab/child.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';

const exec = promisify(execFile);

/** Whether this process may mount something: root, and not in a container that forbids it. */
export async function mayMount(): Promise<boolean> {
  const command = ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  return exec('unshare', command).then(
    () => true,
    () => false,
  );
}

/**
 * A small disk of its own: a tmpfs that only those see who are in its mount namespace, and that is gone with the process
 * that holds it, however that ends.
 */
export class Disk {
  readonly #temp = makeTemp();
  readonly #holder: ReturnType<typeof spawnBound>;
  /** Where it is mounted, for who is inside. */
  readonly dir = join(this.#temp, 'disk');

  private constructor(size: string) {
    mkdirSync(this.dir);
    const script = 'mount -t tmpfs -o size="$1" tmpfs "$0" && exec sleep infinity';
    this.#holder = spawnBound(['unshare', '--mount', 'sh', '-c', script, this.dir, size], {}, () => undefined);
  }

  /** Mounts one of a size as mount(8) takes it. */
  static async mount(size: string): Promise<Disk> {
    const disk = new Disk(size);
    const isMounted = (): boolean => readFileSync(`/proc/${disk.#pid}/mountinfo`, 'utf8').includes(` ${disk.dir} `);
    await eventually('the disk is mounted', isMounted);
    return disk;
  }

  /** Put before a command, it runs inside. */
  get inside(): readonly string[] {
    return ['nsenter', `--mount=/proc/${this.#pid}/ns/mnt`, '--'];
  }

  /** Takes all the room that is left. */
  fill(): void {
    const file = openSync(this.#ballast, 'a');
    try {
      // The last writes are small: not a byte is left that a page could take.
      for (const size of [65_536, 4_096, 1]) fillUp(file, size);
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#ballast);
  }

  /** Mounts it again; nothing may be open on it. */
  async remount(mode: 'ro' | 'rw'): Promise<void> {
    const [command, ...args] = [...this.inside, 'mount', '-o', `remount,${mode}`, this.dir];
    await exec(command, args);
  }

  /** The end of its use, and of all that is on it. */
  dispose(): void {
    this.#holder.kill('SIGKILL');
    removeTemp(this.#temp);
  }

  get #pid(): number {
    if (this.#holder.pid === undefined) throw new Error('unshare cannot be run');
    return this.#holder.pid;
  }

  get #ballast(): string {
    return `/proc/${this.#pid}/root${join(this.dir, 'ballast')}`;
  }
}

function fillUp(file: number, size: number): void {
  const chunk = Buffer.alloc(size, 1);
  for (;;) {
    try {
      if (writeSync(file, chunk) < size) return;
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') return;
      throw cause;
    }
  }
}
