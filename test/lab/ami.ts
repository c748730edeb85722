import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { accounts } from './conf.ts';
import { patience, within } from './within.ts';

/** A message of AMI as name → value; of a repeated name the first value. */
export type Fields = Readonly<Record<string, string>>;

/** Headers of an action; an array is sent as repeated headers (`Variable`). */
export type ActionFields = Readonly<Record<string, string | readonly string[]>>;

/** Answer to an action, with the list items when there are any. */
export interface Reply {
  readonly response: Fields;
  readonly items: readonly Fields[];
}

/**
 * The lab's own view of Asterisk: a plain AMI client, independent of the daemon's, that keeps every byte received.
 * Built for tests, not for load.
 */
export class LabAmi {
  /** Every event so far, in order of arrival. */
  readonly events: Fields[] = [];
  readonly #port: number;
  readonly #received: Buffer[] = [];
  readonly #replies = new Map<string, { items: Fields[]; response?: Fields; resolve: (reply: Reply) => void }>();
  readonly #watchers = new Set<() => void>();
  #socket: Socket | undefined;
  #rest = '';
  #actions = 0;

  constructor(port: number) {
    this.#port = port;
  }

  /** What was received since the connection opened, byte for byte. */
  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** Connects, logs in and waits for FullyBooted; again after Asterisk was restarted, on the same events. */
  async start(account: { readonly username: string; readonly secret: string } = accounts.lab): Promise<this> {
    const socket = connect(this.#port, '127.0.0.1');
    await once(socket, 'connect');
    this.#socket = socket;
    let greeted = false;
    this.#rest = '';
    const from = this.events.length;
    socket.on('data', (data: Buffer) => {
      this.#received.push(data);
      this.#rest += data.toString('latin1');
      if (!greeted) {
        const end = this.#rest.indexOf('\r\n');
        if (end < 0) return;
        greeted = true;
        this.#rest = this.#rest.slice(end + 2);
      }
      this.#split();
    });
    // Asterisk may be killed in a test: whoever waits for an event then runs into the bound of the wait.
    socket.on('error', () => undefined);
    await this.action('Login', { Username: account.username, Secret: account.secret });
    await this.event('FullyBooted', () => true, { from });
    return this;
  }

  stop(): void {
    this.#socket?.destroy();
  }

  /** Sends an action and resolves with its answer, a list completely. Fails when the answer is an Error. */
  async action(name: string, fields: ActionFields = {}): Promise<Reply> {
    const reply = await this.tryAction(name, fields);
    if (reply.response['Response'] === 'Error') {
      throw new Error(`AMI ${name} was answered: ${reply.response['Message'] ?? ''}`);
    }
    return reply;
  }

  /** As `action`, an Error being an answer like any other. */
  async tryAction(name: string, { ActionID, ...fields }: ActionFields = {}): Promise<Reply> {
    const id = typeof ActionID === 'string' ? ActionID : `lab-${++this.#actions}`;
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.#replies.set(id, { items: [], resolve });
    const lines = Object.entries(fields).flatMap(([key, value]) => [value].flat().map((text) => `${key}: ${text}`));
    this.#socket?.write([`Action: ${name}`, `ActionID: ${id}`, ...lines, '', ''].join('\r\n'));
    try {
      return await within(patience, () => `the answer to AMI ${name}`, promise);
    } finally {
      this.#replies.delete(id);
    }
  }

  /** The first event of that name, past or to come, that `matches`. `from`: index in `events` where to begin. */
  async event(
    name: string,
    matches: (event: Fields) => boolean = () => true,
    { from = 0, milliseconds = patience }: { readonly from?: number; readonly milliseconds?: number } = {},
  ): Promise<Fields> {
    const look = (): Fields | undefined =>
      this.events.slice(from).find((event) => event['Event'] === name && matches(event));
    const found = look();
    if (found !== undefined) return found;
    const { promise, resolve } = Promise.withResolvers<Fields>();
    const watch = (): void => {
      const event = look();
      if (event !== undefined) resolve(event);
    };
    this.#watchers.add(watch);
    try {
      return await within(milliseconds, () => `AMI event ${name}`, promise);
    } finally {
      this.#watchers.delete(watch);
    }
  }

  #split(): void {
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const fields: Record<string, string> = {};
      // Bytes until here: a character may have been cut by the chunks it came in.
      for (const line of Buffer.from(this.#rest.slice(0, end), 'latin1').toString('utf8').split('\r\n')) {
        const colon = line.indexOf(':');
        if (colon > 0) fields[line.slice(0, colon)] ??= line.slice(colon + 1).trimStart();
      }
      this.#rest = this.#rest.slice(end + 4);
      this.#take(fields);
    }
  }

  #take(fields: Fields): void {
    const reply = this.#replies.get(fields['ActionID'] ?? '');
    if (fields['Event'] === undefined) {
      if (reply === undefined) return;
      reply.response = fields;
      if (fields['EventList'] !== 'start') reply.resolve({ response: fields, items: [] });
    } else if (reply?.response?.['EventList'] === 'start') {
      if (fields['EventList'] === 'Complete') reply.resolve({ response: reply.response, items: reply.items });
      else reply.items.push(fields);
    } else {
      this.events.push(fields);
      for (const watch of this.#watchers) watch();
    }
  }
}
