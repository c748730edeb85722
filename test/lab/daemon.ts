import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { bareEnv } from './bare-env.ts';
import type { Asterisk } from './asterisk.ts';
import { spawnBound } from './child.ts';
import { ask } from '../http/client.ts';
import { requireAsDocumented } from '../openapi/checked.ts';
import { accounts } from './conf.ts';
import { bundledMain } from './bundled-main.ts';
import { freeTcpPort } from './ports.ts';
import { makeTemp, removeTemp } from './temp.ts';
import { patience, within } from './within.ts';

const exec = promisify(execFile);

/** Sections of api.conf: section → key → value; a key with `undefined` is left out. */
export type ApiConf = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;

/** The secret that the lab's tokens are made with (contract §2). */
export const webkey = 'asjdfjklkasdf';

/** This device's MAC address in the lab's api.conf (contract §1). */
export const mac = '68:69:2e:03:8b:3e';

/** Milliseconds until GET /ready must answer 200, and until an asked daemon must have ended. */
const readyLimit = patience;
const stopLimit = 60_000;

/** The token of a day (contract §2): `days` after today, on this machine's clock. */
export function tokenOf(key = webkey, days = 0): string {
  const day = new Date();
  day.setDate(day.getDate() + days);
  const pad = (number: number): string => String(number).padStart(2, '0');
  const date = `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
  return createHash('md5')
    .update(key + date)
    .digest('hex');
}

/** How a daemon is run other than unheard. */
export interface DaemonOptions {
  /** Its main module; else `bundledMain()`. */
  readonly main?: string;
  /** Put before its command: what it runs in (`nsenter`, with arguments). */
  readonly inside?: readonly string[];
  /** Arguments of Node itself. */
  readonly nodeArguments?: readonly string[];
  /** Gets what it writes, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** What the API answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON, `undefined` when it is none. */
  readonly json: unknown;
}

/** The real daemon as a process of its own, with an api.conf made for one Asterisk and one receiver. */
export class Daemon {
  /** Everything it has written on stdout and stderr. */
  output = '';
  /** BINDPORT; free when the daemon was built. */
  port = 0;
  readonly dir = makeTemp();
  readonly file = join(this.dir, 'api.conf');
  readonly #asterisk: Asterisk;
  readonly #url: string;
  readonly #extra: ApiConf;
  readonly #options: DaemonOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();

  /** `extra` is laid over the sections that the lab writes. */
  constructor(asterisk: Asterisk, receiverUrl: string, extra: ApiConf = {}, options: DaemonOptions = {}) {
    this.#asterisk = asterisk;
    this.#url = receiverUrl;
    this.#extra = extra;
    this.#options = options;
    process.on('exit', this.#remove);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it has ended, asked or not. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** `http://127.0.0.1:<port>/coocenter-api` */
  get base(): string {
    return `http://127.0.0.1:${this.port}/coocenter-api`;
  }

  /** Writes api.conf, starts the daemon and waits until GET /ready answers 200. */
  async start(): Promise<this> {
    await this.launch();
    await this.ready();
    return this;
  }

  /** As `start`, without waiting for anything. */
  async launch(): Promise<void> {
    if (this.port === 0) this.port = await freeTcpPort();
    this.configure();
    const env = bareEnv();
    const { main = await bundledMain(), inside = [], nodeArguments = [], onOutput } = this.#options;
    const command = [...inside, process.execPath, ...nodeArguments, main, '--config', this.file];
    const child = spawnBound(command, { env }, (text) => {
      this.output += text;
      onOutput?.(text);
    });
    this.#child = child;
    this.#ended = once(child, 'close').then(() => {
      this.#child = undefined;
    });
  }

  /** Waits until GET /ready answers 200: the daemon is connected with Asterisk. */
  async ready(): Promise<void> {
    const limit = Date.now() + readyLimit;
    let last = 'nothing';
    while (this.#child !== undefined && Date.now() < limit) {
      try {
        const answer = await fetch(`http://127.0.0.1:${this.port}/ready`);
        last = `${answer.status} ${await answer.text()}`;
        if (answer.status === 200) return;
      } catch (cause) {
        last = String(cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause);
      }
      await sleep(20);
    }
    const state = this.#child === undefined ? 'ended' : 'is not ready';
    throw new Error(`the daemon ${state} (GET /ready: ${last}):\n${this.output}`);
  }

  /** Writes api.conf, with `extra` laid over what was given to the constructor. */
  configure(extra: ApiConf = {}): void {
    const { tech, dialplan, amiPort, monitorDir } = this.#asterisk;
    const { username, secret } = accounts.daemon;
    const own: ApiConf = {
      general: {
        BINDPORT: String(this.port),
        BINDADDR: '127.0.0.1',
        URL: this.#url,
        WEBKEY: webkey,
        mac,
        monitor_dir: monitorDir,
        data_dir: join(this.dir, 'data'),
        log_level: 'debug',
      },
      enable: { pausetime: 'no' },
      ami: { host: '127.0.0.1', port: String(amiPort), username, secret },
      dialplan: {
        trunks: `${tech}/trunk`,
        ...(dialplan === 'kit'
          ? { preset: 'coocenter', internal: 'internal', ivr: 'ivr-*', feedback: 'feedback' }
          : { preset: dialplan }),
      },
      asterisk: { cdr_file: this.#asterisk.rowsFile, queue_log: this.#asterisk.queueLog },
      ivr: { '610': 'working time' },
    };
    const layers = [own, this.#extra, extra];
    const sections = [...new Set(layers.flatMap(Object.keys))];
    const text = sections.map((section) => {
      const keys = Object.entries(Object.assign({}, ...layers.map((layer) => layer[section])) as ApiConf[string]);
      return [
        `[${section}]`,
        ...keys.flatMap(([key, value]) => (value === undefined ? [] : [`${key} = ${value}`])),
        '',
      ];
    });
    writeFileSync(this.file, text.flat().join('\n'));
  }

  /** Orderly: SIGTERM, and the exit is waited for. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.kill('SIGTERM');
    try {
      await within(stopLimit, () => `the daemon's end after SIGTERM:\n${this.output}`, this.#ended);
    } finally {
      child.kill('SIGKILL');
    }
  }

  /** As a crash or a power cut: SIGKILL. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** Re-reads api.conf (SIGHUP, as `systemctl reload`). */
  reload(): void {
    this.#child?.kill('SIGHUP');
  }

  /** Stops it and removes its folder. */
  async dispose(): Promise<void> {
    try {
      await this.stop();
    } finally {
      process.off('exit', this.#remove);
      this.#remove();
    }
  }

  /**
   * A request with today's token; `form` is sent as form-urlencoded. The path is below /coocenter-api. Rejects if the
   * answer is not as the OpenAPI document says.
   */
  async api(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    const { pathname, search } = new URL(`${this.base}/${path}`);
    const sent = form === undefined ? undefined : new URLSearchParams(form).toString();
    const type = sent === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const wanted = { authorization: tokenOf(), ...type };
    // Not on a connection that is kept: the daemon may close it at the moment at which it is used again.
    const { status, headers, body } = await ask(this.port, method, pathname + search, wanted, sent);
    requireAsDocumented({
      method,
      url: `/coocenter-api/${path}`,
      status,
      type: headers['content-type'] ?? '',
      body,
    });
    return { status, headers, text: body, json: readJson(body) };
  }

  /** Runs the real curl, quietly, with a bound of its own; what it prints on stdout. */
  async curl(...args: string[]): Promise<string> {
    const { stdout } = await exec('curl', ['-sS', '--max-time', '90', ...args], { maxBuffer: 64 << 20 });
    return stdout;
  }

  readonly #remove = (): void => {
    this.#child?.kill('SIGKILL');
    removeTemp(this.dir);
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
