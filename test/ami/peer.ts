import { once } from 'node:events';
import net from 'node:net';
import { whole } from './whole.ts';

/** An action as it arrived at the peer: its lines as fields, later ones of a name winning. */
export type Received = Readonly<Record<string, string>>;

/** One connection to the peer. */
export interface Line {
  readonly socket: net.Socket;
  /** Writes one message of these lines, with whatever else Asterisk writes in it. */
  say(...lines: string[]): void;
}

/** Answers an action; what it leaves alone is not answered. */
export type Script = (action: Received, line: Line) => void;

/** Logs in whoever comes, booted at once, and says Pong. */
export const welcome: Script = (action, line) => {
  const id = `ActionID: ${action['ActionID'] ?? ''}`;
  switch (action['Action'] ?? '') {
    case 'Login':
      line.say('Response: Success', id, 'Message: Authentication accepted');
      line.say('Event: FullyBooted', 'Privilege: system,all', 'Status: Fully Booted');
      return;
    case 'Ping':
      line.say('Response: Success', id, 'Ping: Pong');
      return;
    case 'Logoff':
      line.say('Response: Goodbye', id, 'Message: Thanks for all the fish.');
      line.socket.end();
      return;
  }
};

/** A manager interface on a port of loopback that does what its script says. */
export class Peer {
  script: Script = welcome;
  greeting = 'Asterisk Call Manager/5.0.4\r\n';
  /** Every action that arrived, over all connections, but the filters. */
  readonly actions: Received[] = [];
  /** What each connection asked not to be sent, right after its login; and the word of the answer. */
  readonly filters: Received[] = [];
  takesFilters = true;
  readonly lines: Line[] = [];
  port = 0;
  readonly #server = net.createServer({ noDelay: true }, (socket) => {
    this.#accept(socket);
  });

  async start(): Promise<this> {
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as net.AddressInfo).port;
    return this;
  }

  /** Closes everything at once, as `core stop now` does. */
  async stop(): Promise<void> {
    for (const { socket } of this.lines) socket.destroy();
    this.lines.length = 0;
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The connection made last. */
  get line(): Line {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('nobody is connected');
    return line;
  }

  #accept(socket: net.Socket): void {
    const line: Line = {
      socket,
      say: (...lines) => {
        socket.write(whole(lines));
      },
    };
    this.lines.push(line);
    socket.on('error', () => undefined);
    if (this.greeting !== '') socket.write(this.greeting);
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => {
      const messages = (text + data).split('\r\n\r\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const fields = message.split('\r\n').map((one) => one.split(/: ?(.*)/s).slice(0, 2));
        const action = Object.fromEntries(fields) as Received;
        if (action['Action'] === 'Filter') {
          this.filters.push(action);
          const word = this.takesFilters ? 'Success' : 'Error';
          line.say(`Response: ${word}`, `ActionID: ${action['ActionID'] ?? ''}`, 'Message: Permission denied');
          continue;
        }
        this.actions.push(action);
        this.script(action, line);
      }
    });
  }
}
