import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnv } from '../lab/bare-env.ts';
import type { Asterisk } from '../lab/asterisk.ts';
import { spawnBound } from '../lab/child.ts';
import { root } from '../../packaging/build/run.ts';
import { accounts } from '../lab/conf.ts';
import { webkey } from '../lab/daemon.ts';
import { freeTcpPort } from '../lab/ports.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';

/** What the unit of the package sets in the environment. */
function unitEnvironment(): Record<string, string> {
  const unit = readFileSync(join(root, 'systemd/coocenter-api.service'), 'utf8');
  const found = [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value] as const));
}

/** An executable of the packages that runs on this machine, outside of any package. */
export class Packaged {
  output = '';
  port = 0;
  readonly dir = makeTemp();
  readonly file = join(this.dir, 'api.conf');
  #child: ReturnType<typeof spawnBound> | undefined;

  /** Starts `command` with `--config`, for an Asterisk when there is one, and waits until it answers. */
  async start(command: readonly string[], asterisk?: Asterisk, url = ''): Promise<this> {
    this.port = await freeTcpPort();
    const { file } = this;
    const ami = `[ami]\nport = ${asterisk?.amiPort ?? 1}\nsecret = ${accounts.daemon.secret}\n`;
    const general = `BINDADDR = 127.0.0.1\nBINDPORT = ${this.port}\nURL = ${url}\nWEBKEY = ${webkey}\n`;
    writeFileSync(file, `[general]\n${general}data_dir = ${join(this.dir, 'data')}\n${ami}`);
    const env = { ...bareEnv(), ...unitEnvironment() };
    const child = spawnBound([...command, '--config', file], { env }, (text) => {
      this.output += text;
    });
    this.#child = child;
    const path = asterisk === undefined ? '/health' : '/ready';
    const answers = async (): Promise<boolean> => (await this.get(path).catch(() => 0)) === 200;
    await eventually(`GET ${path} is answered 200`, answers).catch((cause: unknown) => {
      throw new Error(`${String(cause)}; it wrote:\n${this.output}`);
    });
    return this;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** SIGHUP, as the unit's ExecReload sends it; resolves when the configuration was re-read. */
  async reload(): Promise<void> {
    const from = this.output.length;
    this.#child?.kill('SIGHUP');
    await eventually('the configuration is re-read', () =>
      this.output.slice(from).includes('the configuration was re-read'),
    );
  }

  /** The status of an attempt to sign in. */
  async signIn(username: string, password: string): Promise<number> {
    const body = new URLSearchParams({ username, password });
    const answer = await fetch(`http://127.0.0.1:${this.port}/coocenter-api/local/login`, { method: 'POST', body });
    await answer.body?.cancel();
    return answer.status;
  }

  /** The status of a GET. */
  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    const { status, body } = await fetch(`http://127.0.0.1:${this.port}${path}`, { headers });
    await body?.cancel();
    return status;
  }

  /** A line of /proc/PID/status, in MB (of a million bytes). */
  memory(name: 'VmRSS' | 'RssAnon'): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  }

  /** Seconds of processor time since its start. */
  get cpu(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Resolves with its exit code; undefined when it ran no more. */
  async stop(): Promise<number | undefined> {
    const child = this.#child;
    let code: number | null | undefined;
    this.#child = undefined;
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      [code] = (await once(child, 'close')) as [number | null];
    }
    removeTemp(this.dir);
    return code ?? undefined;
  }
}
