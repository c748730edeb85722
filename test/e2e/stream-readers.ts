/**
 * `node stream-readers.ts PORT TOKEN COUNT`: reads as many live streams, and prints `ready` when each has its snapshot. On
 * SIGTERM closes all, once they have read what was told, and prints what came as a `ReadersReport`. A process of its own:
 * what it reads does not delay who measures.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, eventsIn } from '../live/client.ts';

/** What came, from the snapshots on. */
export interface ReadersReport {
  /** Of each reader: bytes, and a digest of them. */
  readonly read: readonly string[];
  /** The first reader's bytes and events, the snapshot left out, and whether each had a higher number than the last. */
  readonly bytes: number;
  readonly events: number;
  readonly isInOrder: boolean;
  /** The bodies of pushed events that the first reader got, and what it knows at the end. */
  readonly pushes: readonly unknown[];
  readonly known: unknown;
}

const [port = '', token = '', readers = ''] = process.argv.slice(2);
const path = '/coocenter-api/stream';
const comment = Buffer.from(':\n\n');
/** Milliseconds without a byte after which all that was told has come, and the longest time for that. */
const settleTime = 1_000;
const longestSettling = 20_000;

class StreamReader {
  readonly #hash = createHash('sha1');
  readonly #kept: Buffer[] | undefined;
  readonly hasSnapshot: Promise<undefined>;
  readonly #response: IncomingMessage;
  #head = Buffer.alloc(0);
  #isFollowing = false;
  bytes = 0;

  constructor(response: IncomingMessage, isKept: boolean) {
    this.#response = response;
    this.#kept = isKept ? [] : undefined;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.hasSnapshot = promise;
    response.on('error', () => undefined);
    response.on('data', (chunk: Buffer) => {
      if (this.#isFollowing) {
        this.#follow(chunk);
        return;
      }
      this.#head = Buffer.concat([this.#head, chunk]);
      const event = this.#head.indexOf('event: snapshot\n');
      const end = event < 0 ? -1 : this.#head.indexOf('\n\n', event);
      if (end < 0) return;
      this.#isFollowing = true;
      this.#kept?.push(this.#head.subarray(0, end + 2));
      this.#follow(this.#head.subarray(end + 2));
      resolve(undefined);
    });
  }

  static async open(isKept: boolean): Promise<StreamReader> {
    const asked = request({ port, host: '127.0.0.1', path, headers: { Authorization: token }, agent: false });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`a stream was answered ${response.statusCode ?? 0}`);
    const reader = new StreamReader(response, isKept);
    await reader.hasSnapshot;
    return reader;
  }

  close(): void {
    this.#response.destroy();
  }

  get digest(): string {
    return `${this.bytes} ${this.#hash.digest('hex')}`;
  }

  get text(): string {
    return Buffer.concat(this.#kept ?? []).toString();
  }

  /** Comments come to whoever has nothing to read just then. */
  #follow(chunk: Buffer): void {
    if (chunk.equals(comment)) return;
    this.bytes += chunk.length;
    this.#hash.update(chunk);
    this.#kept?.push(chunk);
  }
}

/** Resolves when all have read what was told. */
async function settled(readers: readonly StreamReader[]): Promise<void> {
  const limit = performance.now() + longestSettling;
  let [last, since] = ['', performance.now()];
  while (performance.now() < limit) {
    const now = [...new Set(readers.map(({ bytes }) => bytes))].join();
    if (now !== last) [last, since] = [now, performance.now()];
    else if (!now.includes(',') && performance.now() - since > settleTime) return;
    await sleep(50);
  }
}

function report(read: readonly StreamReader[]): ReadersReport {
  const [first] = read;
  const client = new Client();
  for (const event of eventsIn(first?.text ?? '')) client.take(event);
  const numbers = client.ids.map((id) => Number(id.split('-')[1]));
  return {
    read: read.map(({ digest }) => digest),
    bytes: first?.bytes ?? 0,
    events: numbers.length - 1,
    isInOrder: numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? Infinity)),
    pushes: client.pushes,
    known: client.known,
  };
}

const reading = await Promise.all(Array.from({ length: Number(readers) }, (_, i) => StreamReader.open(i === 0)));
process.stdout.write('ready\n');
await once(process, 'SIGTERM');
await settled(reading);
for (const reader of reading) reader.close();
process.stdout.write(JSON.stringify(report(reading)), () => process.exit());
