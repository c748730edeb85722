import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isLoopback, networkOf } from './host.ts';

/** Bounds of what connections may take. */
export interface ConnectionLimits {
  /** Connections in all. */
  readonly total: number;
  /** Connections of one address. This machine's own are not bounded by it: a proxy may stand before the box. */
  readonly perAddress: number;
  /** Requests of one connection that wait for their answers: nobody who means well sends more without reading. */
  readonly pipelined: number;
  /** Requests that wait, on all connections, until those before them are answered. */
  readonly waiting: number;
}

/** What a connection is told apart by, whether it is seen below TLS or above it. */
interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localPort?: number | undefined;
}

/** An open connection. */
interface Open {
  readonly network: string;
  readonly socket: Duplex;
  /** The requests that are not answered yet. */
  readonly requests: Set<IncomingMessage>;
}

/** The answers of one connection. */
interface Pipeline {
  /** On their way, the oldest first. */
  readonly answers: Set<ServerResponse>;
  /** Begins the next requests, in their order. */
  readonly waiting: (() => void)[];
}

function keyOf({ remoteAddress = '', remotePort = 0, localPort = 0 }: Ends): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}

/** The open connections, by address, and the answers that are on their way on each, one after the other. */
export class Connections {
  readonly #limits: ConnectionLimits;
  /** By `keyOf`; the last one is the one that sent the newest request, or is the newest. */
  readonly #open = new Map<string, Open>();
  readonly #byNetwork = new Map<string, number>();
  readonly #lines = new Map<Duplex, Pipeline>();
  #waiting = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /**
   * Counts a new connection until it closes. When there are too many, the oldest without a complete request goes: of
   * that address when it has too many, else of the address with the most. Returns false when there is none such, or
   * only of addresses that have fewer than this one.
   */
  admit(remote: string, socket: Duplex & Ends): boolean {
    const network = networkOf(remote);
    const { total, perAddress } = this.#limits;
    const own = this.#byNetwork.get(network) ?? 0;
    if (!isLoopback(remote) && own >= perAddress) {
      if (!this.#cutOne(network)) return false;
    } else if (this.#open.size >= total && !this.#cutAny(own)) return false;
    const key = keyOf(socket);
    const before = this.#open.get(key);
    // A port that is used anew before the old connection was told to be closed, or ends that are gone already.
    if (before !== undefined) this.#forget(key, before);
    const open: Open = { network, socket, requests: new Set() };
    this.#open.set(key, open);
    this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1);
    socket.once('close', () => {
      this.#forget(key, open);
    });
    return true;
  }

  /**
   * Notes an answer until it is out, and has it begun when those before it on this connection are read; false: too many
   * wait.
   */
  begin(message: IncomingMessage, response: ServerResponse, start: () => void): boolean {
    const { socket } = message;
    const line = this.#lines.get(socket) ?? this.#watch(socket);
    if (socket.destroyed || line.answers.size >= this.#limits.pipelined) return false;
    const isNext = line.answers.size === 0;
    if (!isNext && this.#waiting >= this.#limits.waiting) return false;
    line.answers.add(response);
    this.#noteRequest(message);
    const done = (): void => {
      line.answers.delete(response);
      this.#open.get(keyOf(socket))?.requests.delete(message);
      // Of a connection that is gone nothing is begun any more.
      if (!socket.destroyed) this.#startNext(line);
    };
    response.once('close', () => {
      // While the rest of a body that nobody wants is awaited: a second answer must not follow the first.
      if (message.complete || message.destroyed) done();
      else message.once('close', done);
    });
    if (isNext) start();
    else {
      this.#waiting++;
      line.waiting.push(start);
    }
    return true;
  }

  /** The answer to the newest request of a connection, while it is on its way. */
  newest(socket: Duplex): ServerResponse | undefined {
    return [...(this.#lines.get(socket)?.answers ?? [])].at(-1);
  }

  /** Every connection that has answers on their way ends with them. */
  endAll(): void {
    for (const { answers } of this.#lines.values()) for (const response of answers) response.shouldKeepAlive = false;
  }

  #startNext(line: Pipeline): void {
    const start = line.waiting.shift();
    if (start === undefined) return;
    this.#waiting--;
    start();
  }

  /** Of those without a complete request, who sent one a moment ago is the last to go. */
  #noteRequest(message: IncomingMessage): void {
    const key = keyOf(message.socket);
    const open = this.#open.get(key);
    if (open === undefined) return;
    open.requests.add(message);
    this.#open.delete(key);
    this.#open.set(key, open);
  }

  #cutAny(own: number): boolean {
    const networks = [...this.#byNetwork].filter(([, count]) => count >= own).sort(([, a], [, b]) => b - a);
    return networks.some(([network]) => this.#cutOne(network));
  }

  #cutOne(network: string): boolean {
    for (const [key, open] of this.#open) {
      if (open.network !== network || [...open.requests].some(({ complete }) => complete)) continue;
      this.#forget(key, open);
      open.socket.destroy();
      return true;
    }
    return false;
  }

  #forget(key: string, open: Open): void {
    if (this.#open.get(key) !== open) return;
    this.#open.delete(key);
    const left = (this.#byNetwork.get(open.network) ?? 0) - 1;
    if (left > 0) this.#byNetwork.set(open.network, left);
    else this.#byNetwork.delete(open.network);
  }

  #watch(socket: Duplex): Pipeline {
    const line: Pipeline = { answers: new Set(), waiting: [] };
    this.#lines.set(socket, line);
    socket.once('close', () => {
      this.#lines.delete(socket);
      this.#waiting -= line.waiting.splice(0).length;
      for (const response of line.answers) {
        // Node tells only the one whose turn it was: the others would keep their files open for ever.
        if (response.socket !== null) continue;
        response.destroy();
        response.emit('close');
      }
    });
    return line;
  }
}
