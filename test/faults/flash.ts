import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnBound } from '../lab/child.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';

const exec = promisify(execFile);

/** Bytes of the file system. */
const size = 40 << 20;

/**
 * The flash of a box: an ext4 in a file, mounted as Debian mounts its root, which the kernel makes read-only as soon as
 * it finds a fault in it. Seen, like `Disk`, only inside a mount namespace, and gone with the process that holds that.
 */
export class Flash {
  readonly #temp = makeTemp();
  readonly #image = join(this.#temp, 'image');
  readonly #holder: ReturnType<typeof spawnBound>;
  /** Where it is mounted, for who is inside. */
  readonly dir = join(this.#temp, 'flash');

  private constructor() {
    mkdirSync(this.dir);
    this.#holder = spawnBound(['unshare', '--mount', 'sleep', 'infinity'], {}, () => undefined);
  }

  /** A new one, or `undefined` where there are no loop devices, or they are not for us. */
  static async make(): Promise<Flash | undefined> {
    const flash = new Flash();
    try {
      writeFileSync(flash.#image, '');
      await truncate(flash.#image, size);
      await exec('mkfs.ext4', ['-q', '-F', flash.#image]);
      // Until the holder is in its own namespace, whoever enters would mount for everybody.
      const isApart = (): boolean => readFileSync(`/proc/${flash.#pid}/comm`, 'utf8') === 'sleep\n';
      await eventually('the mount namespace is there', isApart);
      await flash.#mount();
      return flash;
    } catch {
      flash.dispose();
      return undefined;
    }
  }

  /** Put before a command, it runs inside. */
  get inside(): readonly string[] {
    return ['nsenter', `--mount=/proc/${this.#pid}/ns/mnt`, '--'];
  }

  /** The kernel finds a fault: from now on nothing is written, whoever has files open (ext4(5), `errors=`). */
  break(): void {
    const mounts = readFileSync(`/proc/${this.#pid}/mounts`, 'utf8').split('\n');
    const device = mounts.find((line) => line.split(' ')[1] === this.dir)?.split(' ')[0] ?? '';
    writeFileSync(`/sys/fs/ext4/${device.slice('/dev/'.length)}/trigger_fs_error`, 'a test');
  }

  /** As the start of a box does: checks it and mounts it anew. Nothing may be open on it. */
  async repair(): Promise<void> {
    await this.#run('umount', this.dir);
    // 1: faults were found, and mended.
    await exec('fsck.ext4', ['-f', '-y', this.#image]).catch((cause: unknown) => {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 1)) throw cause;
    });
    await this.#mount();
  }

  /** The end of its use, and of all that is on it. */
  dispose(): void {
    this.#holder.kill('SIGKILL');
    removeTemp(this.#temp);
  }

  #mount(): Promise<void> {
    return this.#run('mount', '-o', 'loop,errors=remount-ro', this.#image, this.dir);
  }

  async #run(...command: readonly string[]): Promise<void> {
    const [nsenter = '', ...args] = [...this.inside, ...command];
    await exec(nsenter, args);
  }

  get #pid(): number {
    if (this.#holder.pid === undefined) throw new Error('unshare cannot be run');
    return this.#holder.pid;
  }
}
