import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareEnv } from '../lab/bare-env.ts';
import { spawnBound } from '../lab/child.ts';
import type { Daemon } from '../lab/daemon.ts';
import { tokenOf } from '../lab/daemon.ts';
import { python, type Interpreter } from '../lab/interpreters.ts';
import { within } from '../lab/within.ts';
import type { ReadersReport } from './stream-readers.ts';

/** How many clients there are. */
export interface Crowd {
  readonly readers: number;
  readonly deaf: number;
}

/** Milliseconds in which as many have come, gone, or been cut off. */
const patience = 60_000;

/** Streams that are open, by the daemon's own numbers. */
export async function streamsOf(daemon: Daemon): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${daemon.port}/metrics`, { headers: { authorization: tokenOf() } });
  return Number(/^coocenter_stream_readers (\d+)$/m.exec(await answer.text())?.[1]);
}

/** Resolves when as many streams are open. It asks seldom: to answer costs the daemon time. */
export async function untilStreams(daemon: Daemon, count: number): Promise<void> {
  let last = NaN;
  const wait = async (): Promise<void> => {
    for (last = await streamsOf(daemon); last !== count; last = await streamsOf(daemon)) await sleep(200);
  };
  await within(patience, () => `${count} open streams; there are ${last}`, wait());
}

/** What each client that did not read finds when it reads at last. */
interface Unheard {
  readonly bytes: number;
  readonly isCut: boolean;
}

/** A process with clients: prints `ready`, and on SIGTERM its report. */
class Clients<Report> {
  readonly #child;
  #output = '';
  readonly #ready = Promise.withResolvers<undefined>();

  constructor({ port }: Daemon, script: string, count: number, { command, env }: Interpreter) {
    const parts = [...command, join(import.meta.dirname, script), String(port), tokenOf(), String(count)];
    this.#child = spawnBound(parts, { env: { ...bareEnv(), ...env } }, (text) => {
      this.#output += text;
      if (this.#output.startsWith('ready\n')) this.#ready.resolve(undefined);
    });
    this.#child.once('close', () => {
      this.#ready.reject(new Error(`${script} ended: ${this.#output}`));
    });
  }

  ready(): Promise<undefined> {
    return within(patience, () => `clients:\n${this.#output}`, this.#ready.promise);
  }

  async report(): Promise<Report> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await within(patience, () => `what clients got:\n${this.#output}`, closed);
    return JSON.parse(this.#output.slice('ready\n'.length)) as Report;
  }
}

/** As many readers of the stream, and as many clients that do not read. */
export class StreamAudience {
  readonly #readers: Clients<ReadersReport>;
  readonly #deaf: Clients<readonly Unheard[]>;

  private constructor(daemon: Daemon, { readers, deaf }: Crowd) {
    this.#readers = new Clients(daemon, 'stream-readers.ts', readers, { command: [process.execPath], env: {} });
    this.#deaf = new Clients(daemon, 'stream-deaf.py', deaf, python());
  }

  /** Resolves when all are there. */
  static async open(daemon: Daemon, crowd: Crowd): Promise<StreamAudience> {
    const audience = new StreamAudience(daemon, crowd);
    await Promise.all([audience.#readers.ready(), audience.#deaf.ready()]);
    await untilStreams(daemon, crowd.readers + crowd.deaf);
    return audience;
  }

  /** Closes all, once they have read what was told. */
  async leave(): Promise<{ readonly read: ReadersReport; readonly unheard: readonly Unheard[] }> {
    const [read, unheard] = await Promise.all([this.#readers.report(), this.#deaf.report()]);
    return { read, unheard };
  }
}
