import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnv } from '../lab/bare-env.ts';
import { spawnBound } from '../lab/child.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';
import { treeDir, type Suite } from './trees.ts';

/** The addresses of the contract's samples: the box, and the customer's server on its network. */
export const boxAddress = '192.168.12.183';
export const outsideAddress = '192.168.12.185';

/** What a command did. */
export interface Outcome {
  readonly status: number | null;
  /** Standard output and standard error. */
  readonly said: string;
}

function sh(command: string, args: readonly string[], input?: string): Outcome {
  const result = spawnSync(command, args, { encoding: 'utf8', input: input ?? '', maxBuffer: 64 << 20 });
  if (result.error !== undefined) throw result.error;
  return { status: result.status, said: `${result.stdout}${result.stderr}` };
}

/** A cgroup of its own for each box: two that boot at once would take the same. */
function cgroupsOf(name: string): string[] {
  const base = '/sys/fs/cgroup';
  const hierarchies = existsSync(join(base, 'cgroup.controllers')) ? [''] : ['systemd', 'unified'];
  return hierarchies
    .map((one) => join(base, one))
    .filter(existsSync)
    .map((one) => join(one, name));
}

const boot = `set -e
mount -t tmpfs tmpfs /run
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=$2
exec systemd-nspawn -q -D "$1" -b --register=no --keep-unit --private-network --link-journal=no`;

/** A Debian that is booted with systemd, in namespaces of its own, with one cable to a network where somebody listens. */
export class Box {
  readonly root: string;
  /** What its console shows. */
  console = '';
  readonly #dir = makeTemp();
  readonly #cgroups: readonly string[];
  #leader = 0;
  #outside = 0;
  #ended = false;

  constructor(suite: Suite) {
    this.root = join(this.#dir, 'root');
    cpSync(treeDir(suite), this.root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    this.#cgroups = cgroupsOf(`coocenter-box-${process.pid}`);
  }

  /** Boots, and plugs the cable in. */
  async boot(): Promise<this> {
    const unified = existsSync('/sys/fs/cgroup/cgroup.controllers') ? '1' : '0';
    for (const group of this.#cgroups) mkdirSync(group, { recursive: true });
    const enter = this.#cgroups.map((group) => `echo $$ >${group}/cgroup.procs; `).join('');
    const command = [
      'unshare',
      '-m',
      '--propagation',
      'private',
      'sh',
      '-c',
      `${enter}${boot}`,
      'sh',
      this.root,
      unified,
    ];
    const nspawn = spawnBound(command, {}, (text) => {
      this.console = (this.console + text).slice(-10_000);
    });
    nspawn.once('close', () => (this.#ended = true));
    this.#leader = await eventually(`the box boots\n${this.console}`, () =>
      this.#children(nspawn.pid ?? 0).find((pid) => isInit(pid)),
    );
    await eventually('systemd is up', () => /running|degraded/.test(this.run('systemctl', 'is-system-running').said));
    await this.#plugIn();
    return this;
  }

  /** Runs a command in the box, as root. */
  run(...command: readonly string[]): Outcome {
    const env = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C'];
    return sh('nsenter', [
      `-t${this.#leader}`,
      '-m',
      '-u',
      '-i',
      '-n',
      '-p',
      '-C',
      '-r',
      '-w',
      'env',
      '-i',
      ...env,
      ...command,
    ]);
  }

  /** As `run`; throws when the command fails. */
  must(...command: readonly string[]): string {
    const { status, said } = this.run(...command);
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status ?? 'a signal'}:\n${said}`);
    return said;
  }

  /** apt-get install, as somebody does who is not there to be asked. */
  install(...names: readonly string[]): string {
    return this.must('apt-get', 'install', '-y', '-q', '--no-install-recommends', ...names);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** curl on the network of the box: the status and the body. */
  curl(path: string, ...args: readonly string[]): { readonly code: number; readonly body: string } {
    const url = `http://${boxAddress}${path}`;
    const { said } = sh('nsenter', [
      `-t${this.#outside}`,
      '-n',
      'curl',
      '-s',
      '-m',
      '15',
      '-w',
      '\n%{http_code}',
      ...args,
      url,
    ]);
    const at = said.lastIndexOf('\n');
    return { code: Number(said.slice(at + 1)), body: said.slice(0, at) };
  }

  /** Starts a program of this machine on the network of the box, or on its loopback. Ends with this process. */
  spawn(
    where: 'outside' | 'inside',
    command: readonly string[],
    onOutput: (text: string) => void,
  ): ReturnType<typeof spawnBound> {
    const pid = where === 'outside' ? this.#outside : this.#leader;
    const env = bareEnv();
    return spawnBound(['nsenter', `-t${pid}`, '-n', ...command], { env }, onOutput);
  }

  /** A property of the daemon's unit. */
  unit(property: string): string {
    return this.must('systemctl', 'show', 'coocenter-api', `-p${property}`, '--value').trim();
  }

  /** Pulls the plug. */
  async end(): Promise<void> {
    if (this.#leader !== 0) process.kill(this.#leader, 'SIGKILL');
    if (this.#outside !== 0) process.kill(this.#outside, 'SIGKILL');
    await eventually('the box ends', () => this.#ended).catch(() => undefined);
    removeTemp(this.#dir);
    for (const group of this.#cgroups) removeGroup(group);
  }

  async #plugIn(): Promise<void> {
    const holder = spawnBound(['unshare', '-n', 'sleep', 'infinity'], {}, () => undefined);
    const pid = holder.pid ?? 0;
    const net = (of: number | 'self'): string => sh('readlink', [`/proc/${of}/ns/net`]).said;
    const ours = net('self');
    await eventually('a network', () => net(pid) !== ours);
    this.#outside = pid;
    const ip = (of: number, ...args: string[]): void => {
      const { status, said } = sh('nsenter', [`-t${of}`, '-n', 'ip', ...args]);
      if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${said}`);
    };
    ip(pid, 'link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(this.#leader));
    for (const [of, device, address] of [
      [pid, 'lan0', outsideAddress],
      [this.#leader, 'eth0', boxAddress],
    ] as const) {
      ip(of, 'addr', 'add', `${address}/24`, 'dev', device);
      ip(of, 'link', 'set', device, 'up');
      ip(of, 'link', 'set', 'lo', 'up');
    }
  }

  #children(pid: number): number[] {
    try {
      const direct = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number);
      return direct.flatMap((child) => [child, ...this.#children(child)]);
    } catch {
      return [];
    }
  }
}

/** Whether the process is the first of its pid namespace, and systemd already. */
function isInit(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return /^Name:\tsystemd$/m.test(status) && /^NSpid:\t\d+\t1$/m.test(status);
  } catch {
    return false;
  }
}

function removeGroup(group: string): void {
  if (!existsSync(group)) return;
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(group, entry.name));
  }
  try {
    rmdirSync(group);
  } catch {
    // A process of it is still about to end: an empty cgroup costs nothing.
  }
}
