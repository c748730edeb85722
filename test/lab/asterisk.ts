import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LabAmi } from './ami.ts';
import { spawnBound } from './child.ts';
import { conf } from './conf.ts';
import type { Dialplan } from './places.ts';
import { freeTcpPort, freeUdpPort } from './ports.ts';
import type { Prefix } from './prefix.ts';
import { installedPrefix } from './prefix.ts';
import type { Setup, Tech } from './setup.ts';
import { techOf, versionOf } from './setup.ts';
import { makeTemp, removeTemp } from './temp.ts';
import { eventually } from './within.ts';

/** What may differ between instances of one set-up. */
export interface AsteriskOptions {
  /** What its dialplan is like (`kit`). */
  readonly dialplan?: Dialplan;
  /** Seconds that a directly dialled extension rings (4). */
  readonly ringSeconds?: number;
  /** Configuration files in place of the lab's own, or besides them: name → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Lines added at the end of a configuration file. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Milliseconds. A loaded machine boots Asterisk in 3 s, and stops it in 1 s. */
const bootLimit = 120_000;
const stopLimit = 60_000;

const exec = promisify(execFile);

/**
 * Asterisk's own announcements, silent, in milliseconds. Atxfer waits for ever without its prompt; the others are played
 * by the queue, by transfers and by VoiceMail().
 */
const sounds: Readonly<Record<string, number>> = {
  ...Object.fromEntries(['pbx-transfer', 'pbx-invalid', 'beep', 'beeperr'].map((name) => [name, 200])),
  ...Object.fromEntries(['queue-youarenext', 'queue-thankyou'].map((name) => [name, 200])),
  ...Object.fromEntries(['vm-theperson', 'digits/3', 'digits/6', 'vm-isunavail'].map((name) => [name, 200])),
  'vm-intro': 1000,
  'auth-thankyou': 200,
};

/** The announcements of the dialplan kit. */
const prompts: Readonly<Record<string, number>> = {
  'menu-610': 1000,
  'menu-620': 1000,
  survey: 1000,
  thanks: 300,
  bye: 300,
  blocked: 300,
};

/** 8 kHz µ-law as it is in a `.ulaw` file; 0xFF is silence. */
const silence = (milliseconds: number): Buffer => Buffer.alloc(milliseconds * 8, 0xff);

/**
 * One real Asterisk with a folder and ports of its own, so that any number run at once. It dies with this process,
 * however this process ends. Its phones register at `127.0.0.1:sipPort`; its trunk is whoever sits at
 * `trunkHost:trunkPort`.
 */
export class Asterisk {
  readonly setup: Setup;
  readonly tech: Tech;
  readonly dialplan: Dialplan;
  /** The instance's folder, removed by `dispose`. */
  readonly dir: string;
  /** Settled when Asterisk has ended: rejects, with the tail of its log, when nobody asked it to. */
  ended: Promise<void> = Promise.resolve();
  amiPort = 0;
  sipPort = 0;
  trunkHost = '';
  readonly trunkPort = 5060;
  readonly #options: AsteriskOptions;
  readonly #prefix: Prefix;
  #child: ChildProcess | undefined;
  #stopping = false;
  #disposed = false;

  constructor(setup: Setup, options: AsteriskOptions = {}) {
    this.setup = setup;
    this.tech = techOf(setup);
    this.dialplan = options.dialplan ?? 'kit';
    this.#options = options;
    this.#prefix = installedPrefix(versionOf(setup));
    this.dir = makeTemp();
    process.on('exit', this.#remove);
  }

  /** Where MixMonitor writes recordings. */
  get monitorDir(): string {
    return join(this.dir, 'spool/monitor');
  }

  /** Master.csv (cdr_csv with the unique id and the user field as last columns). */
  get cdrFile(): string {
    return join(this.dir, 'log/cdr-csv/Master.csv');
  }

  /** Where the kit's rows are (cdr_custom). */
  get rowsFile(): string {
    return join(this.dir, 'log/cdr-custom/coocenter.csv');
  }

  /** What Asterisk itself logs: notices, warnings and errors. */
  get log(): string {
    const file = join(this.dir, 'log/messages');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /**
   * What it logged until now, all of it: a thread of its own writes the log, in order, so a line that we provoke (a login
   * that is refused) comes after everything else.
   */
  async wholeLog(): Promise<string> {
    const nobody = `nobody-${randomBytes(4).toString('hex')}`;
    const ami = new LabAmi(this.amiPort);
    try {
      await ami.start({ username: nobody, secret: 'none' }).catch(() => undefined);
      return await eventually('the last line of the log', () => this.log.includes(nobody) && this.log);
    } finally {
      ami.stop();
    }
  }

  get queueLog(): string {
    return join(this.dir, 'log/queue_log');
  }

  /** Whether its use is over. */
  get disposed(): boolean {
    return this.#disposed;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Boots on free ports; resolves when Asterisk is fully booted. */
  async start(): Promise<void> {
    // Another process may bind a free port between our look and Asterisk's start: then others are drawn.
    for (let attempt = 1; ; attempt++) {
      await this.#drawPorts();
      await this.#boot();
      const { log } = this;
      if (/Error loading module|declined to load/.test(log))
        throw new Error(`Asterisk lacks a module:\n${this.#tail()}`);
      if (!log.includes('Address already in use')) return;
      await this.kill();
      if (attempt === 5) throw new Error(`Asterisk found no free ports:\n${this.#tail()}`);
      rmSync(join(this.dir, 'log/messages'), { force: true });
    }
  }

  /** Stops and boots again on the same ports, with the same AstDB (dynamic queue members stay). */
  async restart(): Promise<void> {
    await this.stop();
    await this.#boot();
  }

  /** Boots again on the same ports after `stop` or `kill`. */
  async resume(): Promise<void> {
    await this.#boot();
  }

  /** Orderly: `core stop now`. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#stopping = true;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimit);
    await this.ended;
    clearTimeout(timer);
  }

  /** As a crash: SIGKILL. */
  async kill(): Promise<void> {
    if (this.#child === undefined) return;
    this.#stopping = true;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** The end of its use: kills it, which is quicker than stopping, and removes the folder. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.kill();
    process.off('exit', this.#remove);
    this.#remove();
  }

  /** What a command of Asterisk's console prints, without its complaint on a machine that has no network interface. */
  async cli(command: string): Promise<string> {
    const [loader, ...args] = this.#command('-rx', command);
    const { stdout } = await exec(loader, args, { maxBuffer: 64 << 20 });
    return stdout.replace(/^No ethernet interface found for seeding global EID\..*\n/m, '');
  }

  #command(...args: string[]): [string, ...string[]] {
    return [...this.#prefix.command, '-C', join(this.dir, 'etc/asterisk.conf'), ...args];
  }

  readonly #remove = (): void => {
    this.#child?.kill('SIGKILL');
    removeTemp(this.dir);
  };

  async #drawPorts(): Promise<void> {
    this.amiPort = await freeTcpPort();
    this.sipPort = await freeUdpPort();
    // All of 127/8 is loopback: the AMI port, unique to this instance, makes an address unique to its trunk.
    this.trunkHost = `127.22.${this.amiPort >> 8}.${this.amiPort & 255}`;
    this.#writeFiles();
  }

  #writeFiles(): void {
    for (const name of [
      'etc',
      'lib',
      'agi',
      'spool/monitor',
      'spool/tmp',
      'log/cdr-csv',
      'log/cdr-custom',
      'data/sounds/en/digits',
      'prompts',
      'moh',
    ]) {
      mkdirSync(join(this.dir, name), { recursive: true });
    }
    const { dir, setup, dialplan, amiPort, sipPort, trunkHost, trunkPort } = this;
    const { ringSeconds = 4, files = {}, extra = {} } = this.#options;
    const { moduleDir, documentationDir } = this.#prefix;
    const options = {
      setup,
      dialplan,
      dir,
      moduleDir,
      amiPort,
      sipPort,
      trunkHost,
      trunkPort,
      ringSeconds,
      files,
      extra,
    };
    for (const [name, text] of conf(options)) writeFileSync(join(dir, 'etc', name), text);
    if (!existsSync(join(dir, 'data/documentation'))) symlinkSync(documentationDir, join(dir, 'data/documentation'));
    for (const [name, milliseconds] of Object.entries(sounds)) {
      writeFileSync(join(dir, 'data/sounds/en', `${name}.ulaw`), silence(milliseconds));
    }
    for (const [name, milliseconds] of Object.entries(prompts)) {
      writeFileSync(join(dir, 'prompts', `${name}.ulaw`), silence(milliseconds));
    }
    writeFileSync(join(dir, 'moh/music.ulaw'), Buffer.alloc(80_000, 0x2a));
  }

  async #boot(): Promise<void> {
    let output = '';
    const child = spawnBound(this.#command('-f'), { cwd: this.dir }, (text) => {
      output = (output + text).slice(-4000);
    });
    this.#stopping = false;
    this.#child = child;
    this.ended = this.#watch(child, () => output);
    // Whoever waits for `ended` sees the failure; until somebody does it must not end the process.
    this.ended.catch(() => undefined);
    const failed = this.ended.then(() => Promise.reject(new Error('Asterisk was stopped while it booted')));
    await Promise.race([this.#booted(), failed]);
  }

  async #watch(child: ChildProcess, output: () => string): Promise<void> {
    // `close` follows `exit` or a failed spawn.
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    this.#child = undefined;
    if (this.#stopping) return;
    throw new Error(`Asterisk ${this.setup} ended by itself (${signal ?? code ?? '?'}):\n${this.#tail()}\n${output()}`);
  }

  async #booted(): Promise<void> {
    const limit = Date.now() + bootLimit;
    while (Date.now() < limit) {
      if (existsSync(join(this.dir, 'asterisk.ctl'))) {
        const answer = await this.cli('core waitfullybooted').catch(() => '');
        if (answer.includes('fully booted')) return;
      }
      if (this.#child === undefined) return;
      await sleep(20);
    }
    throw new Error(`Asterisk ${this.setup} was not booted after ${bootLimit} ms:\n${this.#tail()}`);
  }

  #tail(): string {
    return this.log.split('\n').slice(-20).join('\n');
  }
}
