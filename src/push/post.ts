import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';

import type { Cancel, Clock } from '../system/clock.ts';
import type { Headers } from './headers.ts';
import { retryAfter } from './schedule.ts';

/** Bytes of an answer's body that are read, so that the connection can be reused. */
const mostDrained = 64 * 1024;
/** Milliseconds that reading the body may take. */
const longestDrain = 2_000;
/** Answers of status 1xx to one request. Each costs CPU, and an endless series could use all of it. */
const mostInterim = 10;
/** Characters of a status line's text that are kept: it goes to the log and the store. */
const longestText = 100;
/** Milliseconds for which an idle connection is kept open. */
const longestIdle = 30_000;

/** What became of one POST. `reason` is for people to read. */
export type PostResult =
  /** The status was 2xx. */
  | { readonly kind: 'delivered' }
  /** Any other answer (also a redirect), no answer in time, or a broken connection. `retryAfter` in milliseconds. */
  | { readonly kind: 'refused'; readonly reason: string; readonly retryAfter?: number | undefined }
  /** 429 or 503. `retryAfter` in milliseconds, if the receiver says. */
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfter?: number | undefined }
  /** No connection or no TLS, so the event was not sent. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** `close` ended it. */
  | { readonly kind: 'aborted' };

/** Sends the events of one receiver. */
export interface Sender {
  post(body: string, headers: Headers): Promise<PostResult>;
  /** Ends what is under way with the result `aborted`, unless there is a result already. */
  close(): Promise<void>;
}

/** Where and how a Poster posts. */
export interface PosterOptions {
  readonly url: URL;
  /** PEM of the authorities that may sign the receiver's certificate, instead of the public ones. */
  readonly ca?: string | undefined;
  /** Milliseconds until the answer's status must be there, including the time to connect. */
  readonly timeout: number;
  readonly clock: Clock;
}

interface Transport {
  readonly request: typeof httpRequest;
  readonly agent: HttpAgent;
}

function reasonOf(error: NodeJS.ErrnoException): string {
  // The error for a host with several addresses has no message of its own.
  return error.message === '' ? (error.code ?? error.name) : error.message;
}

/** POSTs to one receiver over connections that are kept open. Never waits or retries by itself. */
export class Poster implements Sender {
  readonly #options: PosterOptions;
  readonly #requests = new Set<ClientRequest>();
  #transport: Promise<Transport> | undefined;
  #closed = false;

  constructor(options: PosterOptions) {
    this.#options = options;
  }

  /** Makes one POST. If the receiver closed the idle connection meanwhile, a new one is used; that is no failure. */
  async post(body: string, headers: Headers): Promise<PostResult> {
    this.#transport ??= this.#open();
    const transport = await this.#transport;
    const deadline = this.#options.clock.monotonic() + this.#options.timeout;
    const result = await this.#send(transport, body, headers, deadline);
    if (result !== 'stale') return result;
    for (const idle of Object.values(transport.agent.freeSockets)) idle?.forEach((socket) => socket.destroy());
    const second = await this.#send(transport, body, headers, deadline);
    return second === 'stale' ? { kind: 'refused', reason: 'connection reset' } : second;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const request of this.#requests) request.destroy();
    const transport = await this.#transport;
    transport?.agent.destroy();
  }

  async #open(): Promise<Transport> {
    const options = { keepAlive: true, timeout: longestIdle };
    if (this.#options.url.protocol !== 'https:') return { request: httpRequest, agent: new HttpAgent(options) };
    // TLS costs some megabytes, so it is loaded only if it is needed.
    const { Agent, request } = await import('node:https');
    const { ca } = this.#options;
    return { request, agent: new Agent(ca === undefined ? options : { ...options, ca }) };
  }

  #send(
    { request, agent }: Transport,
    body: string,
    headers: Headers,
    deadline: number,
  ): Promise<PostResult | 'stale'> {
    const { url, clock, timeout } = this.#options;
    if (this.#closed) return Promise.resolve({ kind: 'aborted' });
    return new Promise((resolve) => {
      let connected = false;
      let late = false;
      let answered = false;
      let interim = 0;
      let timer: Cancel = () => undefined;
      const req = request(url, {
        method: 'POST',
        agent,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      });
      const settle = (result: PostResult | 'stale'): void => {
        timer();
        this.#requests.delete(req);
        resolve(result);
      };
      const failed = (reason: string, code?: string): void => {
        if (answered) return;
        const isReset = code === 'ECONNRESET' || code === 'EPIPE';
        if (this.#closed) settle({ kind: 'aborted' });
        else if (late)
          settle({ kind: connected ? 'refused' : 'unreachable', reason: `no answer in ${timeout / 1000} s` });
        else if (req.reusedSocket && isReset) settle('stale');
        else settle({ kind: connected ? 'refused' : 'unreachable', reason });
      };
      this.#requests.add(req);
      timer = clock.after(Math.max(0, deadline - clock.monotonic()), () => {
        late = true;
        req.destroy();
      });
      req.on('socket', (socket) => {
        const ready = url.protocol === 'https:' ? 'secureConnect' : 'connect';
        if (req.reusedSocket) connected = true;
        else socket.once(ready, () => (connected = true));
      });
      req.on('information', () => {
        if (++interim > mostInterim) req.destroy(new Error(`more than ${mostInterim} interim answers`));
      });
      req.on('response', (response) => {
        answered = true;
        timer();
        timer = this.#drain(response, () => {
          settle(this.#judge(response));
        });
      });
      req.on('error', (error: NodeJS.ErrnoException) => {
        failed(reasonOf(error), error.code);
      });
      // Some requests end without an error (an answer that switches protocols).
      req.on('close', () => {
        failed('connection closed');
      });
      req.end(body);
    });
  }

  /** Reads and discards the body, within bounds, to free the connection. The status alone decides the result. */
  #drain(response: IncomingMessage, done: () => void): Cancel {
    let bytes = 0;
    const cancel = this.#options.clock.after(longestDrain, () => {
      response.destroy();
    });
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostDrained) response.destroy();
    });
    // The status has been received, and a body that breaks off does not change it.
    response.on('error', () => undefined);
    response.on('close', done);
    return cancel;
  }

  #judge({ statusCode = 0, statusMessage = '', headers }: IncomingMessage): PostResult {
    if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered' };
    const wait = retryAfter(headers['retry-after'], this.#options.clock.now());
    const reason = `HTTP ${statusCode} ${statusMessage.slice(0, longestText)}`.trim();
    return { kind: statusCode === 429 || statusCode === 503 ? 'busy' : 'refused', reason, retryAfter: wait };
  }
}
