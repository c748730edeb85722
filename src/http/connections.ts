import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isLoopback, networkOf } from './host.ts';

/** Bounds of what connections may take. */
export interface ConnectionLimits {
  /** Connections in all. */
  readonly total: number;
  /** Connections of one address. This machine's own are not bounded by it: a proxy may stand before the box. */
  readonly perAddress: number;
  /** Unanswered requests of one connection: no well-meant client sends more without reading. */
  readonly pipelined: number;
  /** Pipelined requests, on all connections, that are begun in one turn of the event loop, and that wait. */
  readonly waiting: number;
}

/** What identifies a connection, whether it is seen below TLS or above it. */
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

/** A request whose turn has not come. */
interface WaitingRequest {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly start: () => void;
}

/** The requests of one connection that are not answered yet. */
interface Pipeline {
  readonly socket: IncomingMessage['socket'];
  /** All of them, the oldest first. */
  readonly answers: Set<ServerResponse>;
  /** Those whose turn has not come, in their order. */
  readonly waiting: WaitingRequest[];
  /** Whether one of its requests was begun in this turn of the event loop. */
  hadTurn: boolean;
  /** The connection closes with one of its answers: whatever else comes is dropped. */
  isEnding: boolean;
  dropped: number;
}

function keyOf({ remoteAddress = '', remotePort = 0, localPort = 0 }: Ends): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}

/**
 * The open connections, by address, and the requests of each, which are answered one after the other. A request is
 * pipelined when it was sent before the answer to the last one could be read. Many connections that pipeline must not
 * hold up the others: in one turn of the event loop only so many of such requests are begun, and none for a stranger.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  /** By `keyOf`, in the order of their last requests, or of their openings. */
  readonly #open = new Map<string, Open>();
  readonly #byNetwork = new Map<string, number>();
  readonly #pipelines = new Map<Duplex, Pipeline>();
  /** Those that had their turn in this turn of the event loop. */
  readonly #hadTurn: Pipeline[] = [];
  /** Pipelined requests that were begun in this turn. */
  #begun = 0;
  #waiting = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /**
   * Counts a new connection until it closes. When there are too many, the oldest without a complete request is cut: one
   * of the same address if that has too many, otherwise one of the address with the most. Returns false when no
   * connection can be cut, or only those of addresses that have fewer than this one.
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
    // The port is used again before the close of the old connection was reported, or the ends are gone already.
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
   * Notes a request until its answer is out, and calls `start` when those before it on this connection are answered. A
   * pipelined request that does not say by its token that it may be is the last of its connection. Returns false when
   * too many wait: the connection is to be cut.
   */
  begin(
    message: IncomingMessage,
    response: ServerResponse,
    { start, mayPipeline }: { readonly start: () => void; readonly mayPipeline: () => boolean },
  ): boolean {
    const { socket } = message;
    const pipeline = this.#pipelines.get(socket) ?? this.#watch(socket);
    const { answers } = pipeline;
    if (pipeline.isEnding) {
      forgetHeaders(message);
      return ++pipeline.dropped <= this.#limits.pipelined;
    }
    const isPipelined = answers.size > 0 || pipeline.hadTurn;
    const isNext = answers.size === 0 && (!isPipelined || this.#begun < this.#limits.waiting);
    const isTooMany = answers.size >= this.#limits.pipelined || (!isNext && !this.#makeRoom(pipeline));
    if (socket.destroyed || isTooMany) {
      forgetHeaders(message);
      this.#end(pipeline);
      return false;
    }
    if (isPipelined && !mayPipeline()) {
      response.shouldKeepAlive = false;
      pipeline.isEnding = true;
    }
    answers.add(response);
    this.#noteRequest(message);
    const done = (): void => {
      this.#forgetRequest(pipeline, message, response);
      if (!isLast(response)) this.#startNext(pipeline);
      else {
        this.#end(pipeline);
        // Node would keep what was dropped until the client closes too.
        if (pipeline.dropped > 0 && socket.writableLength === 0) socket.destroy();
      }
    };
    response.once('close', () => {
      // A body that nobody wants is still read to its end: the next answer must not come before that.
      if (message.complete || message.destroyed) done();
      else message.once('close', done);
    });
    if (isNext) this.#start(pipeline, start);
    else {
      this.#waiting++;
      pipeline.waiting.push({ message, response, start });
      // It waits for nothing but the next turn.
      if (answers.size === 1) this.#startNext(pipeline);
    }
    return true;
  }

  /** The answer to the newest request of a connection, while it is on its way. */
  newest(socket: Duplex): ServerResponse | undefined {
    return [...(this.#pipelines.get(socket)?.answers ?? [])].at(-1);
  }

  /** Every connection closes with the answer that is on its way. */
  endAll(): void {
    for (const pipeline of this.#pipelines.values()) {
      if (pipeline.answers.size > 0) this.#end(pipeline);
      for (const response of pipeline.answers) response.shouldKeepAlive = false;
    }
  }

  #startNext(pipeline: Pipeline): void {
    if (pipeline.waiting.length === 0 || pipeline.socket.destroyed) return;
    if (this.#begun < this.#limits.waiting) this.#startWaiting(pipeline);
    else
      setImmediate(() => {
        this.#startWaiting(pipeline);
      });
  }

  #startWaiting(pipeline: Pipeline): void {
    const next = pipeline.waiting.shift();
    if (next === undefined) return;
    this.#waiting--;
    this.#start(pipeline, next.start);
  }

  #start(pipeline: Pipeline, start: () => void): void {
    if (pipeline.hadTurn) this.#begun++;
    pipeline.hadTurn = true;
    if (this.#hadTurn.push(pipeline) === 1) {
      setImmediate(() => {
        for (const one of this.#hadTurn.splice(0)) one.hadTurn = false;
        this.#begun = 0;
      });
    }
    start();
  }

  /** Nothing that waits is begun any more. */
  #end(pipeline: Pipeline): void {
    pipeline.isEnding = true;
    const dropped = pipeline.waiting.splice(0);
    this.#waiting -= dropped.length;
    for (const { message, response } of dropped) {
      this.#forgetRequest(pipeline, message, response);
      forgetHeaders(message);
    }
  }

  #forgetRequest({ socket, answers }: Pipeline, message: IncomingMessage, response: ServerResponse): void {
    answers.delete(response);
    this.#open.get(keyOf(socket))?.requests.delete(message);
  }

  /** Whether one more request of this connection may wait; the connection with the most of them is cut for it. */
  #makeRoom(own: Pipeline): boolean {
    if (this.#waiting < this.#limits.waiting) return true;
    let longest = own;
    for (const other of this.#pipelines.values()) if (other.waiting.length > longest.waiting.length) longest = other;
    if (longest.waiting.length <= own.waiting.length + 1) return false;
    this.#end(longest);
    longest.socket.destroy();
    return true;
  }

  /** Among connections without a complete request, the one that sent a request last is the last to be cut. */
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

  #watch(socket: IncomingMessage['socket']): Pipeline {
    const pipeline: Pipeline = { socket, answers: new Set(), waiting: [], hadTurn: false, isEnding: false, dropped: 0 };
    this.#pipelines.set(socket, pipeline);
    socket.once('close', () => {
      this.#pipelines.delete(socket);
      this.#end(pipeline);
      for (const response of pipeline.answers) {
        // Node itself closes only the answer that has the socket: the others would keep their files open for ever.
        if (response.socket !== null) continue;
        response.destroy();
        response.emit('close');
      }
    });
    return pipeline;
  }
}

/**
 * Frees most of the memory of a request that nobody answers: Node keeps it until the connection is gone, and meanwhile
 * a flood brings thousands.
 */
function forgetHeaders(message: IncomingMessage): void {
  message.rawHeaders = [];
  message.headers = {};
}

/** Whether the connection closes after this answer (RFC 9112 §9.6). */
function isLast(response: ServerResponse): boolean {
  return !response.shouldKeepAlive || response.getHeader('Connection') === 'close';
}
