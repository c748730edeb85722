import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A cgroup with a limit on memory, as MemoryMax= of a unit makes it, on either generation of cgroups. */
export class MemoryGroup {
  readonly #dir: string;
  readonly #isUnified = existsSync('/sys/fs/cgroup/cgroup.controllers');

  constructor(bytes: number) {
    const base = this.#isUnified ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    this.#dir = join(base, `coocenter-test-${process.pid}`);
    if (this.#isUnified) writeFileSync(join(base, 'cgroup.subtree_control'), '+memory');
    mkdirSync(this.#dir);
    writeFileSync(join(this.#dir, this.#isUnified ? 'memory.max' : 'memory.limit_in_bytes'), String(bytes));
  }

  /** The file that a process writes its id to. */
  get procs(): string {
    return join(this.#dir, 'cgroup.procs');
  }

  /** The most bytes that were taken at once; NaN where the kernel does not count it. */
  get peak(): number {
    const file = join(this.#dir, this.#isUnified ? 'memory.peak' : 'memory.max_usage_in_bytes');
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : NaN;
  }

  /** How many processes were killed for want of memory. */
  get kills(): number {
    const text = readFileSync(join(this.#dir, this.#isUnified ? 'memory.events' : 'memory.oom_control'), 'utf8');
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1]);
  }

  remove(): void {
    rmdirSync(this.#dir);
  }
}
