import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { freeTcpPort } from './ports.ts';
import { patience, within } from './within.ts';

/** A push as it came. */
export interface Push {
  readonly headers: IncomingHttpHeaders;
  /** The body, byte for byte. */
  readonly raw: string;
  /** The body read as JSON; `{}` when it is none. */
  readonly json: Readonly<Record<string, unknown>>;
  /** `performance.now()` of its arrival. */
  readonly at: number;
}

/**
 * How the receiver answers: 2xx, another status, a redirect, never, half a body and then a cut, a cut in the middle of
 * the sender's body or before the answer, or late.
 */
export type Mode =
  | { readonly do: 'ok' }
  | { readonly do: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly do: 'redirect'; readonly to: string }
  | { readonly do: 'never' }
  | { readonly do: 'cut' }
  | { readonly do: 'cut-request' }
  | { readonly do: 'hang-up' }
  | { readonly do: 'slow'; readonly milliseconds: number };

/**
 * An address of this process alone: all of 127/8 is loopback. A daemon of another test that still tries to reach its own
 * receiver, which is gone, must not reach this one on the same port.
 */
export const receiverHost = `127.24.${(process.pid >> 8) & 255}.${process.pid & 255}`;

/** The customer's HTTP server, to which events are pushed. Every POST is kept, whatever it is answered. */
export class Receiver {
  readonly pushes: Push[] = [];
  /** For all pushes, or for each its own. */
  mode: Mode | ((push: Push) => Mode) = { do: 'ok' };
  /** Told of every push as it comes, and how it will be answered. */
  onPush: ((push: Push, mode: Mode) => void) | undefined;
  /** Whether pushes are kept in `pushes`: a test of many has `onPush` keep what it needs. */
  keeps = true;
  port = 0;
  readonly #watchers = new Set<() => void>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #server: Server | undefined;

  get url(): string {
    return `http://${receiverHost}:${this.port}/`;
  }

  /** Listens on a free port, which it keeps over `down` and `up`. */
  async start(): Promise<this> {
    this.port = await freeTcpPort();
    await this.up();
    return this;
  }

  async stop(): Promise<void> {
    await this.down();
  }

  /** Comes back on the same port. */
  async up(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => {
      this.#take(request, response).catch((cause: unknown) => {
        // The sender went away in the middle of its body.
        response.destroy(cause instanceof Error ? cause : undefined);
      });
    });
    server.listen(this.port, receiverHost);
    await once(server, 'listening');
    this.#server = server;
  }

  /** Refuses connections, and cuts those there are. */
  async down(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  /** How many connections are open: each of a sender that is gone is, until all that it sent has been read. */
  async connections(): Promise<number> {
    const server = this.#server;
    return server === undefined ? 0 : promisify(server.getConnections.bind(server))();
  }

  /** Forgets what came. */
  clear(): void {
    this.pushes.length = 0;
  }

  /** The bodies of the pushes of an event, in order of arrival. */
  events(name: string): Push['json'][] {
    return this.pushes.filter(({ json }) => json['event'] === name).map(({ json }) => json);
  }

  /** The first `count` pushes that match, past or to come; says what came instead when they do not. */
  async waitFor(
    matches: (push: Push) => boolean,
    { count = 1, milliseconds = patience }: { readonly count?: number; readonly milliseconds?: number } = {},
  ): Promise<Push[]> {
    const { promise, resolve } = Promise.withResolvers<Push[]>();
    const look = (): void => {
      const found = this.pushes.filter(matches);
      if (found.length >= count) resolve(found.slice(0, count));
    };
    this.#watchers.add(look);
    look();
    try {
      const got = (): string => this.pushes.map(({ raw }) => raw).join('\n');
      return await within(milliseconds, () => `${count} pushes that match, but these came:\n${got()}`, promise);
    } finally {
      this.#watchers.delete(look);
    }
  }

  /** The next push of that event, past or to come, whose fields have these values. */
  async waitForEvent(name: string, fields: Readonly<Record<string, unknown>> = {}): Promise<Push['json']> {
    const [push] = await this.waitFor(
      ({ json }) => json['event'] === name && Object.entries(fields).every(([key, value]) => json[key] === value),
    );
    return push?.json ?? {};
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (typeof this.mode !== 'function' && this.mode.do === 'cut-request') {
      response.destroy();
      return;
    }
    const raw = await text(request);
    const push = { headers: request.headers, raw, json: readJson(raw), at: performance.now() };
    const mode = typeof this.mode === 'function' ? this.mode(push) : this.mode;
    if (request.method === 'POST') {
      if (this.keeps) this.pushes.push(push);
      this.onPush?.(push, mode);
      for (const look of this.#watchers) look();
    }
    this.#answer(mode, response);
  }

  #answer(mode: Mode, response: ServerResponse): void {
    switch (mode.do) {
      case 'ok':
        response.writeHead(200).end('ok');
        break;
      case 'status':
        response.writeHead(mode.status, mode.headers).end();
        break;
      case 'redirect':
        response.writeHead(302, { location: mode.to }).end();
        break;
      case 'never':
        break;
      case 'cut-request':
      case 'hang-up':
        response.destroy();
        break;
      case 'cut':
        response.writeHead(200, { 'content-length': 1000 }).write('half', () => response.destroy());
        break;
      case 'slow': {
        const timer = setTimeout(() => {
          this.#timers.delete(timer);
          response.writeHead(200).end('ok');
        }, mode.milliseconds);
        this.#timers.add(timer);
        break;
      }
    }
  }
}

function readJson(raw: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
