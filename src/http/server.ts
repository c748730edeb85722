import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  createServer,
  STATUS_CODES,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemClock } from '../system/clock.ts';
import { RepeatedWarnings } from '../system/repeated-warnings.ts';
import type { Log } from '../system/log.ts';
import { Accounts } from '../users/accounts.ts';
import { failure } from './answer.ts';
import { authenticate } from './auth.ts';
import { Connections } from './connections.ts';
import { corsHeaders } from './cors.ts';
import { handle, type AccessSettings } from './handler.ts';
import { listenLocally, type LocalSocket } from './local-socket.ts';
import { HttpMeters } from './meters.ts';
import { Budget } from './budget.ts';
import type { Route } from './route.ts';
import { Router } from './router.ts';
import { Throttle } from './throttle.ts';

/** The settings that the server needs; `Config['general']` has them all. */
export interface HttpSettings extends AccessSettings {
  readonly bindAddr: string;
  readonly bindPort: number;
  readonly tlsPort: number;
  /** `''`: HTTPS is not served. */
  readonly tlsCert: string;
  readonly tlsKey: string;
}

type Listener = (message: IncomingMessage, response: ServerResponse) => void;

/** Bounds of what one client may take. Times in milliseconds, sizes in bytes. */
export interface HttpLimits {
  readonly bodySize: number;
  readonly bodyTime: number;
  readonly headerSize: number;
  readonly headerTime: number;
  /** Time without a byte in either direction; longer than any handler waits. */
  readonly idleTime: number;
  readonly keepAlive: number;
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Requests of one connection that wait for their answers. */
  readonly pipelined: number;
  /** The same on all connections. */
  readonly waiting: number;
  /** Bytes of large answers, in all, that clients have not read yet. */
  readonly unread: number;
  /** Time without reading after which such an answer may have to make room for another. */
  readonly unreadIdle: number;
  readonly headers: number;
  /** Time that a refused client has to close. */
  readonly lingerTime: number;
  /** From `stop` until connections that are still busy are cut. */
  readonly stopTime: number;
}

const defaultLimits: HttpLimits = {
  bodySize: 16 * 1024,
  bodyTime: 10_000,
  headerSize: 8 * 1024,
  headerTime: 10_000,
  idleTime: 180_000,
  keepAlive: 15_000,
  connections: 500,
  connectionsPerAddress: 250,
  pipelined: 16,
  waiting: 64,
  unread: 8 * 1024 * 1024,
  unreadIdle: 1_000,
  headers: 100,
  lingerTime: 2_000,
  stopTime: 2_500,
};

/**
 * Only suites with forward secrecy: recorded traffic stays secret even if the key leaks later (a backup, a retired
 * box). Every client of the last ten years has these suites of TLS 1.2; all of TLS 1.3 are of that kind.
 */
const tls = {
  minVersion: 'TLSv1.2',
  ciphers: ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256']
    .concat(
      ['ECDSA', 'RSA'].flatMap((key) =>
        ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((suite) => `ECDHE-${key}-${suite}`),
      ),
    )
    .join(':'),
} as const;

/** Parts of a server. */
export interface HttpServerOptions {
  readonly routes: readonly Route[];
  readonly log: Log;
  /** The present settings: a reload takes effect with the next request. */
  readonly settings: () => HttpSettings;
  /** Who may sign in; absent: nobody, and the WEBKEY alone counts. */
  readonly accounts?: Accounts;
  /** Counts wrong tokens, and wrong passwords where the routes have the same one. */
  readonly throttle?: Throttle;
  /** Where commands of this machine are answered without a token; absent: nowhere. */
  readonly local?: LocalSocket;
  readonly limits?: Partial<HttpLimits>;
  readonly now?: () => Date;
}

/**
 * The HTTP API (contract §4): http always, https when a certificate is configured. The entrance of this room. In:
 * requests. Out: calls of the routes' handlers, which read the picture and the store or carry out a verb, and their
 * answers. It must not know AMI, or what a record means; it alone knows status codes.
 */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #accounts: Accounts;
  readonly #throttle: Throttle;
  readonly #limits: HttpLimits;
  readonly #servers: Server[] = [];
  /** That of the Unix socket. */
  #local: Server | undefined;
  /** Renews the certificate of the https server, when there is one. */
  #setCertificate: ((files: { cert: string; key: string }) => void) | undefined;
  readonly #connections: Connections;
  /** Of all servers. */
  readonly meters = new HttpMeters();
  readonly #unread: Budget;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#accounts = options.accounts ?? withoutUsers(options);
    this.#throttle = options.throttle ?? new Throttle();
    this.#limits = { ...defaultLimits, ...options.limits };
    const {
      connections: total,
      connectionsPerAddress: perAddress,
      pipelined,
      waiting,
      unread,
      unreadIdle,
    } = this.#limits;
    this.#connections = new Connections({ total, perAddress, pipelined, waiting });
    this.#unread = new Budget({ most: unread, idle: unreadIdle });
  }

  /** Ports in use, http first; they differ from the settings only where those say 0. */
  get ports(): readonly number[] {
    return this.#servers.map((server) => (server.address() as AddressInfo).port);
  }

  /**
   * Listens.
   * @throws {Error} that names the address or the file, when a port is taken or the certificate is no good
   */
  async start(): Promise<void> {
    const { bindAddr, bindPort, tlsPort, tlsCert } = this.#options.settings();
    const listener = this.#listener();
    const limits = {
      maxHeaderSize: this.#limits.headerSize,
      headersTimeout: this.#limits.headerTime,
      requestTimeout: this.#limits.headerTime + this.#limits.bodyTime,
      keepAliveTimeout: this.#limits.keepAlive,
      connectionsCheckingInterval: Math.min(1000, this.#limits.headerTime),
      // Its own answer would not be JSON.
      requireHostHeader: false,
    };
    try {
      await this.#listen(createServer(limits, listener), listener, bindAddr, bindPort);
      const trusted = this.#listener({ isTrusted: true });
      await this.#listenLocally(createServer(limits, trusted), trusted);
      if (tlsCert === '') return;
      // Only boxes with a certificate pay the memory of TLS.
      const { createServer: createSecureServer } = await import('node:https');
      const files = await this.#readCertificate();
      const secure = guarded(`certificate ${tlsCert}`, () =>
        createSecureServer({ ...limits, ...files, ...tls, handshakeTimeout: this.#limits.headerTime }, listener),
      );
      this.#setCertificate = (renewed) => {
        secure.setSecureContext({ ...renewed, ...tls });
      };
      await this.#listen(secure, listener, bindAddr, tlsPort);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Reads the certificate again; open connections go on. No other setting needs a reload.
   * @throws {Error} when the certificate is no good; the old one is used on
   */
  async reload(): Promise<void> {
    const set = this.#setCertificate;
    if (set === undefined) return;
    const files = await this.#readCertificate();
    guarded(`certificate ${this.#options.settings().tlsCert}`, () => {
      set(files);
    });
  }

  /** Takes no more connections, lets answers end for a while, then cuts what is left. */
  async stop(): Promise<void> {
    const servers = [...this.#servers.splice(0), ...(this.#local === undefined ? [] : [this.#local])];
    this.#local = undefined;
    this.#setCertificate = undefined;
    const deadline = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
    }, this.#limits.stopTime);
    this.#connections.endAll();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    clearTimeout(deadline);
  }

  #listener({ isTrusted = false } = {}): Listener {
    const { routes, log, settings, now = () => new Date() } = this.#options;
    const options = {
      router: new Router(routes),
      accounts: this.#accounts,
      throttle: this.#throttle,
      limits: { size: this.#limits.bodySize, time: this.#limits.bodyTime },
      unread: this.#unread,
      meters: this.meters,
      mostHeaders: this.#limits.headers,
      log,
      warnings: new RepeatedWarnings(log, systemClock),
      settings,
      now,
      isTrusted,
    };
    return (message, response) => {
      const start = (): void => {
        if (this.#servers.length === 0) response.shouldKeepAlive = false;
        handle(options, message, response).catch((error: unknown) => {
          log.error('an answer could not be sent', error);
          response.destroy();
        });
      };
      const mayPipeline = (): boolean =>
        isTrusted || isKnown(settings().webkey, this.#accounts, message.headers, now());
      if (!this.#connections.begin(message, response, { start, mayPipeline })) message.socket.destroy();
    };
  }

  /** Without this socket the commands of this machine say that they get no answer; the rest goes on. */
  async #listenLocally(server: Server, listener: Listener): Promise<void> {
    const { local, log } = this.#options;
    if (local === undefined) return;
    this.#prepare(server, listener);
    try {
      await listenLocally(server, local);
    } catch (cause) {
      log.warning(`status, records, deliveries and replay cannot ask this daemon: ${(cause as Error).message}`);
      return;
    }
    server.on('error', (error) => {
      log.error('HTTP server', error);
    });
    this.#local = server;
  }

  /** What holds for every server. */
  #prepare(server: Server, listener: Listener): void {
    // Node leaves out those beyond; `handle` refuses as many.
    server.maxHeadersCount = this.#limits.headers;
    server.setTimeout(this.#limits.idleTime);
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      this.#refuse(error, socket);
    });
    // Without these, Node itself would answer them: 100 before the token was looked at, and 417 without JSON.
    for (const event of ['checkContinue', 'checkExpectation']) server.on(event, listener);
    server.on('connect', (_message, socket) => {
      this.#end(socket, 405, 'method not allowed: CONNECT');
    });
  }

  #listen(server: Server, listener: Listener, host: string, port: number): Promise<void> {
    const { log } = this.#options;
    this.#prepare(server, listener);
    server.on('connection', (socket) => {
      if (this.#connections.admit(socket.remoteAddress ?? '', socket)) return;
      log.debug(`too many connections, one more of ${socket.remoteAddress ?? ''} is refused`);
      socket.destroy();
    });
    return new Promise((resolve, reject) => {
      const onError = (cause: Error): void => {
        reject(new Error(`cannot listen on ${host} port ${port}: ${cause.message}`, { cause }));
      };
      server.once('error', onError);
      server.listen({ host, port }, () => {
        server.off('error', onError);
        server.on('error', (error) => {
          log.error('HTTP server', error);
        });
        this.#servers.push(server);
        resolve();
      });
    });
  }

  /** Answers a request that was no HTTP or came too slowly, after the answers that are still on their way. */
  #refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    const refuse = (): void => {
      if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
      else this.#end(socket, ...refusal(error.code));
    };
    const response = this.#connections.newest(socket);
    // Without a socket it waits for the answers before it; a request that is not complete will never get one of its own.
    if (response === undefined || (!response.headersSent && response.socket !== null && !response.req.complete))
      refuse();
    else if (response.headersSent || error.code === 'ERR_HTTP_REQUEST_TIMEOUT') socket.destroy();
    else response.once('close', refuse);
  }

  /**
   * Sends the last answer of a connection. A client that does not close is cut off, or refusals would use up all
   * connections.
   */
  #end(socket: Duplex, status: number, text: string): void {
    // After CONNECT Node has no listener on the socket any more: a reset would end the daemon.
    socket.on('error', () => socket.destroy());
    socket.end(this.#raw(status, text));
    this.meters.refused(status);
    const timer = setTimeout(() => {
      socket.destroy();
    }, this.#limits.lingerTime);
    socket.once('close', () => {
      clearTimeout(timer);
    });
  }

  /** A whole answer as text, for a connection that has no ServerResponse. */
  #raw(status: number, text: string): string {
    const body = JSON.stringify(failure(status, text).body);
    const headers = {
      Connection: 'close',
      ...corsHeaders(this.#options.settings().allowOrigin, undefined),
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
  }

  async #readCertificate(): Promise<{ cert: string; key: string }> {
    const { tlsCert, tlsKey } = this.#options.settings();
    const [cert, key] = await Promise.all([tlsCert, tlsKey].map((file) => readFile(file, 'utf8')));
    return { cert: cert ?? '', key: key ?? '' };
  }
}

function withoutUsers({ settings, now = () => new Date() }: HttpServerOptions): Accounts {
  const secret = randomBytes(32);
  return new Accounts({ settings: () => ({ webkey: settings().webkey, users: new Map() }), secret: () => secret, now });
}

/** Whether a client may command this box. */
function isKnown(webkey: string, accounts: Accounts, headers: IncomingHttpHeaders, now: Date): boolean {
  return typeof authenticate(webkey, accounts, headers, now) === 'object';
}

function guarded<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function refusal(code: string | undefined): [status: number, text: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'the headers are too long'];
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return [413, 'the chunk extensions are too long'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'the request took too long'];
    case undefined:
    default:
      return [400, 'bad request'];
  }
}
