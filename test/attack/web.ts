import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { bareEnv } from '../lab/bare-env.ts';
import { flags } from '../../packaging/build/flags.ts';
import { privateMemory } from '../faults/memory.ts';
import { ask, type Reply } from '../http/client.ts';
import type { Asterisk } from '../lab/asterisk.ts';
import { Daemon, tokenOf, type ApiConf } from '../lab/daemon.ts';
import { freeTcpPort } from '../lab/ports.ts';

const root = '/coocenter-api';
/** Bytes of a recording: more than the kernel takes for a client that does not read. */
const recordingSize = 16 << 20;

/** How an honest client fares: how many of its requests got which status, and how long they took. */
export interface Fare {
  readonly statuses: readonly number[];
  /** Milliseconds. */
  readonly median: number;
  readonly longest: number;
}

/**
 * The daemon as its executable runs it, in a process of its own, seen from the network alone: it has records and a
 * recording, and its Asterisk is away.
 */
export class Target {
  /** Private memory in KB before any attack. That it runs from its source, and not as the executable, is in it. */
  idle = 0;
  readonly #daemon: Daemon;
  readonly #sockets = new Set<Socket>();

  private constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** Starts it, with so many records that wait for a receiver which is away. */
  static async start(t: Test, records: number, extra: ApiConf = {}): Promise<Target> {
    const monitorDir = t.testdir({ 'a.wav': Buffer.alloc(recordingSize) });
    const away = {
      tech: 'PJSIP',
      amiPort: await freeTcpPort(),
      monitorDir,
      rowsFile: '/nowhere',
      queueLog: '/nowhere',
    };
    // Nothing else of an Asterisk is asked for.
    const asterisk = away as unknown as Asterisk;
    const { general, ...others } = extra;
    const conf = { ...others, general: { log_level: 'info', ...general } };
    const daemon = new Daemon(asterisk, `http://127.0.0.1:${await freeTcpPort()}`, conf, { nodeArguments: flags });
    const target = new Target(daemon);
    t.teardown(() => target.#stop());
    const data = join(daemon.dir, 'data');
    mkdirSync(data);
    const fill = join(import.meta.dirname, '../faults/fill-store.ts');
    const env = bareEnv();
    if (records > 0) await promisify(execFile)(process.execPath, [fill, data, String(records)], { env });
    await daemon.launch();
    while ((await target.ask('GET', '/health').catch(() => undefined))?.status !== 200) await sleep(50);
    // What the start has left behind is not the attack's.
    await target.fare();
    target.idle = target.memory;
    return target;
  }

  get port(): number {
    return this.#daemon.port;
  }

  /** Everything it has logged. */
  get log(): string {
    return this.#daemon.output;
  }

  /** Private memory in KB. */
  get memory(): number {
    return privateMemory(this.#daemon.pid);
  }

  ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = { Authorization: tokenOf() },
  ): Promise<Reply> {
    return ask(this.port, method, path, headers);
  }

  /** Asks for the status, each time on a new connection, as an honest client that comes anew. */
  async fare(times = 20): Promise<Fare> {
    const statuses: number[] = [];
    const took: number[] = [];
    for (let asked = 0; asked < times; asked++) {
      const begun = performance.now();
      const answer = await this.ask('GET', `${root}/status`).catch(() => undefined);
      took.push(performance.now() - begun);
      statuses.push(answer?.status ?? 0);
    }
    took.sort((a, b) => a - b);
    return { statuses, median: took[Math.floor(times / 2)] ?? NaN, longest: took.at(-1) ?? NaN };
  }

  /** Opens connections that write this and never read. */
  async hold(count: number, text: string | Buffer): Promise<readonly Socket[]> {
    const sockets: Socket[] = [];
    for (let opened = 0; opened < count; opened++) {
      const socket = connect({ port: this.port, host: '127.0.0.1' });
      // That the daemon cuts them is what is hoped for.
      socket.on('error', () => undefined).pause();
      this.#sockets.add(socket);
      sockets.push(socket);
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
      socket.write(text);
    }
    return sockets;
  }

  /** Lets go of all that was held. */
  release(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  /** The most private memory, in KB, that it had while `work` lasted. */
  async peak<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly peak: number }> {
    let peak = this.memory;
    const timer = setInterval(() => {
      peak = Math.max(peak, this.memory);
    }, 20);
    try {
      return { result: await work(), peak };
    } finally {
      clearInterval(timer);
    }
  }

  async #stop(): Promise<void> {
    this.release();
    await this.#daemon.dispose();
  }
}

/** A request below `/coocenter-api`, with a right token unless another is given. */
export function request(path: string, extra = '', token = tokenOf()): string {
  return `GET ${root}/${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${token}\r\n${extra}\r\n`;
}

/** `median 1.2 ms, longest 3.4 ms, 20 × 200` */
export function shown({ statuses, median, longest }: Fare): string {
  const counts = [...new Set(statuses)].map(
    (status) => `${statuses.filter((one) => one === status).length} × ${status}`,
  );
  return `median ${median.toFixed(1)} ms, longest ${longest.toFixed(1)} ms, ${counts.join(', ')}`;
}

/** Kilobytes as megabytes. */
export function megabytes(kilobytes: number): string {
  return `${(kilobytes / 1024).toFixed(1)} MB`;
}
