import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { Fields } from './ami.ts';

/** One direction of a connection; what may not pass yet waits here. */
interface Pipe {
  readonly to: Socket;
  readonly held: Buffer[];
}

/**
 * A TCP proxy between the daemon and Asterisk's manager port: keeps every action that the daemon sent, and breaks the
 * connection as networks do. Built for tests, not for load.
 */
export class AmiProxy {
  /** Every action so far, name → value (of a repeated name the first value), as Asterisk would read it. */
  readonly actions: Fields[] = [];
  /** Where the daemon connects to; kept over `cut` and `mend`. */
  port = 0;
  /** Connections that were accepted. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #pipes = new Set<Pipe>();
  #target = 0;
  #server: Server | undefined;
  #stalled = false;

  /** Listens on a free port of 127.0.0.1 and passes everything on to `target`. */
  async start(target: number): Promise<void> {
    this.#target = target;
    await this.mend();
  }

  async stop(): Promise<void> {
    await this.cut();
  }

  /** The names of the actions sent since there were `from` of them, without those of the connection itself. */
  names(from = 0): string[] {
    return this.actions
      .slice(from)
      .flatMap(({ Action = '?' }) => (['Ping', 'Filter'].includes(Action) ? [] : [Action]));
  }

  /** Breaks every connection and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server === undefined ? undefined : once(server, 'close');
    server?.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Takes connections again. */
  async mend(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((client) => {
      this.#join(client);
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
    this.port = address.port;
    this.#server = server;
  }

  /** Passes no byte on any more, in neither direction, and closes nothing. */
  stall(): void {
    this.#stalled = true;
  }

  /** Passes on again, first what was held back. */
  resume(): void {
    this.#stalled = false;
    for (const { to, held } of this.#pipes) for (const chunk of held.splice(0)) to.write(chunk);
  }

  #join(client: Socket): void {
    this.connections++;
    const asterisk = connect(this.#target, '127.0.0.1');
    for (const socket of [client, asterisk]) {
      socket.setNoDelay();
      this.#sockets.add(socket);
      // Asterisk is killed in some tests, the daemon in others: the other side sees the end all the same.
      socket.on('error', () => undefined);
    }
    this.#pass(client, asterisk, this.#reader());
    this.#pass(asterisk, client, () => undefined);
  }

  #pass(from: Socket, to: Socket, read: (chunk: Buffer) => void): void {
    const pipe: Pipe = { to, held: [] };
    this.#pipes.add(pipe);
    from.on('data', (chunk: Buffer) => {
      read(chunk);
      if (this.#stalled) pipe.held.push(chunk);
      else to.write(chunk);
    });
    from.on('close', () => {
      this.#sockets.delete(from);
      this.#pipes.delete(pipe);
      // What it said last still arrives.
      to.destroySoon();
    });
  }

  /** Reads the actions of one connection. */
  #reader(): (chunk: Buffer) => void {
    let rest = '';
    return (chunk) => {
      const parts = (rest + chunk.toString('latin1')).split('\r\n\r\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const fields: Record<string, string> = {};
        for (const line of part.split('\r\n')) {
          const colon = line.indexOf(':');
          fields[colon < 0 ? line : line.slice(0, colon)] ??= colon < 0 ? '' : line.slice(colon + 1).trimStart();
        }
        this.actions.push(fields);
      }
    };
  }
}
