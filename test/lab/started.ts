import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { bareEnv } from './bare-env.ts';
import { eventually } from './within.ts';

const root = join(import.meta.dirname, '../..');
// tap's loaders are for the tests; what is started here runs as a user starts it.
/** What it is started with. */
export const startEnv = { ...bareEnv(), npm_config_update_notifier: 'false' };

/** `npm start -- …` in a process group of its own, as a terminal runs it; what is left of it ends with the test. */
export class Start {
  /** Everything it has written. */
  output = '';
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly #pid: number;

  constructor(t: Test, ...args: readonly string[]) {
    const child = spawn('npm', ['start', '--silent', '--', ...args], { cwd: root, env: startEnv, detached: true });
    this.#pid = child.pid ?? 0;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string | null);
    // Whatever it has started dies with it.
    t.teardown(() => {
      if (this.#members().length > 0) this.signal('SIGKILL');
    });
  }

  /** What Ctrl-C does with SIGINT: it goes to every process of the group. */
  signal(name: NodeJS.Signals): void {
    process.kill(-this.#pid, name);
  }

  /** The processes of the group, and those whose command names a folder of the demo. */
  #members(): number[] {
    const folder = /\/coocenter-lab-\d+-/.exec(this.output)?.[0] ?? '\0none yet';
    const isMember = (pid: string): boolean => {
      try {
        // proc_pid_stat(5): the group is the third field after the command's closing bracket.
        const group = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[2];
        return group === String(this.#pid) || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
      } catch {
        // It has just ended.
        return false;
      }
    };
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && isMember(name))
      .map(Number);
  }

  /** Resolves when nothing is left of all that was started. */
  async gone(): Promise<void> {
    await eventually('the end of all that was started', () => this.#members().length === 0);
  }

  /** Waits for a line; the build before the first one takes a few seconds. */
  async said(text: string): Promise<void> {
    const look = (): boolean => this.output.includes(text);
    await Promise.race([eventually(text, look), this.ended]).catch(() => undefined);
    if (!look()) throw new Error(`it did not say "${text}":\n${this.output}`);
  }

  /** What was printed after a label of the welcome. */
  after(label: string): string {
    return new RegExp(`^ +${label} +(\\S+)`, 'm').exec(this.output)?.[1] ?? '';
  }

  /** The events among the lines. */
  get pushes(): Record<string, string>[] {
    const lines = this.output.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as Record<string, string>);
  }
}
