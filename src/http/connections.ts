import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isLoopback, networkOf } from './host.ts';

/** Bounds of what connections may take. */
export interface ConnectionLimits {
  /** Requests of one connection that wait for their answers: nobody who means well sends more without reading. */
  readonly pipelined: number;
  /** Connections of one address, so that one alone cannot take all there are. */
  readonly perAddress: number;
}

/** The open connections, by address, and the answers that are on their way on each. */
export class Connections {
  readonly #limits: ConnectionLimits;
  /** Answers on their way, by connection, the oldest first. */
  readonly #answers = new Map<Duplex, Set<ServerResponse>>();
  readonly #byNetwork = new Map<string, number>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Counts a new connection until it closes; false: that address has too many. This machine's own are not bounded. */
  admit(remote: string, socket: Duplex): boolean {
    if (isLoopback(remote)) return true;
    const network = networkOf(remote);
    const count = this.#byNetwork.get(network) ?? 0;
    if (count >= this.#limits.perAddress) return false;
    this.#byNetwork.set(network, count + 1);
    socket.once('close', () => {
      const left = (this.#byNetwork.get(network) ?? 0) - 1;
      if (left > 0) this.#byNetwork.set(network, left);
      else this.#byNetwork.delete(network);
    });
    return true;
  }

  /** Notes an answer until it is out; false: too many wait on this connection. */
  begin(message: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = message;
    const answers = this.#answers.get(socket) ?? this.#watch(socket);
    if (socket.destroyed || answers.size >= this.#limits.pipelined) return false;
    answers.add(response);
    response.once('close', () => {
      // While the rest of a body that nobody wants is awaited: a second answer must not follow the first.
      if (message.complete || message.destroyed) answers.delete(response);
      else message.once('close', () => answers.delete(response));
    });
    return true;
  }

  /** The answer to the newest request of a connection, while it is on its way. */
  newest(socket: Duplex): ServerResponse | undefined {
    return [...(this.#answers.get(socket) ?? [])].at(-1);
  }

  /** Every connection that has answers on their way ends with them. */
  endAll(): void {
    for (const answers of this.#answers.values()) for (const response of answers) response.shouldKeepAlive = false;
  }

  #watch(socket: Duplex): Set<ServerResponse> {
    const answers = new Set<ServerResponse>();
    this.#answers.set(socket, answers);
    socket.once('close', () => {
      this.#answers.delete(socket);
      for (const response of answers) {
        // Node tells only the one whose turn it was: the others would keep their files open for ever.
        if (response.socket !== null) continue;
        response.destroy();
        response.emit('close');
      }
    });
    return answers;
  }
}
