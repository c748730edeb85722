import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bareEnv } from '../lab/bare-env.ts';
import type { Daemon } from '../lab/daemon.ts';
import type { Lab } from '../lab/scenario.ts';
import { eventually } from '../lab/within.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

/** What a command did. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who somebody is, as `GET session` says it. */
export interface Who {
  readonly status: number;
  readonly name?: string;
  readonly role?: string;
  readonly extension?: string;
}

/** A box whose users are changed as its administrator does it: by commands, an editor, and `systemctl reload`. */
export class UsersBox {
  readonly file: string;
  readonly folder: string;
  readonly #daemon: Daemon;

  constructor({ daemon }: Pick<Lab, 'daemon'>) {
    this.#daemon = daemon;
    this.folder = `${daemon.file}.d`;
    this.file = join(this.folder, 'users.conf');
  }

  /** Runs `coocenter-api user …` on this box, as a process of its own. */
  async user(words: readonly string[], stdin = ''): Promise<Ran> {
    const args = [main, 'user', '--config', this.#daemon.file, ...words];
    const child = spawn(process.execPath, args, { env: bareEnv() });
    const ran = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => (ran[name] += text));
    }
    // One that refuses its words reads nothing.
    child.stdin.on('error', () => undefined).end(stdin);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...ran };
  }

  /** As `user`; what it printed. Throws when it fails. */
  async must(words: readonly string[], stdin = ''): Promise<string> {
    const { code, stdout, stderr } = await this.user(words, stdin);
    if (code !== 0) throw new Error(`user ${words.join(' ')} ended with ${String(code)}: ${stderr}`);
    return stdout.trim();
  }

  /** SIGHUP, as the unit's ExecReload sends it; resolves when the daemon has done with it. What it wrote meanwhile. */
  async reload(): Promise<string> {
    const daemon = this.#daemon;
    const from = daemon.output.length;
    daemon.reload();
    return eventually('the reload is over', () => {
      const said = daemon.output.slice(from);
      return /the configuration was (?:not )?re-read/.test(said) ? said : undefined;
    });
  }

  /** POST local/login, without any other token. */
  async login(username: string, password: string): Promise<{ readonly status: number; readonly token: string }> {
    const body = new URLSearchParams({ username, password });
    const answer = await fetch(`${this.#daemon.base}/local/login`, { method: 'POST', body });
    const { token = '' } = (await answer.json()) as { token?: string };
    return { status: answer.status, token };
  }

  /** The token of who signs in. Throws when that is refused. */
  async token(username: string, password: string): Promise<string> {
    const { status, token } = await this.login(username, password);
    if (status !== 200) throw new Error(`${username} is answered ${status}`);
    return token;
  }

  async who(token: string): Promise<Who> {
    const answer = await this.ask(token, 'GET', 'session');
    const { data } = answer.json as { data?: Who };
    return { ...data, status: answer.status };
  }

  /** A request with the token of a session; `form` is sent as form-urlencoded. */
  async ask(
    token: string,
    method: string,
    path: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly json: unknown }> {
    const answer = await fetch(`${this.#daemon.base}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    return { status: answer.status, json: await answer.json() };
  }

  /** Whether somebody with the token is still served; `undefined` for who is not known. */
  async roleOf(token: string): Promise<string | undefined> {
    return (await this.who(token)).role;
  }
}
