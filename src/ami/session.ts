import net from 'node:net';
import type { AnyActionName, ListActionName } from './actions.ts';
import { Decoder, type Forgery } from './decoder.ts';
import { encode, type Fields } from './encode.ts';
import { AmiError, type AmiErrorKind } from './errors.ts';
import { forgedEventsFilter } from './forgery-filter.ts';
import { Heartbeat } from './heartbeat.ts';
import type { AmiMessage } from './message.ts';
import { type AmiList, PendingActions } from './pending-actions.ts';
import type { Timing } from './timing.ts';
import type { MessageView } from './message-view.ts';

const fullyBooted = 'FullyBooted';

/** Bytes of actions that Asterisk has not read yet: more would be carried out when nobody expects it any more. */
const mostUnsent = 256 * 1024;

/** What one connection needs to know, and where its news go. */
export interface SessionOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  readonly events: ReadonlySet<string>;
  readonly timing: Timing;
  readonly variables: (name: string) => boolean;
  readonly nextActionId: () => string;
  /** Must not throw. */
  onEvent(message: MessageView, arrived: number): void;
  onForged(forgery: Forgery): void;
  /** Asterisk refuses the filter of forged events, for this reason. */
  onUnfiltered(reason: string): void;
  onState(state: SessionState): void;
  /** The connection is over. Called once, after everything else. */
  onEnd(reason: AmiError): void;
}

export type SessionState = 'connecting' | 'login' | 'booting' | 'up';

/**
 * One connection to Asterisk from its first byte to its last: greeting, login, FullyBooted, heartbeat. What belongs to a
 * connection (half a message, actions that wait) lives and ends with its session.
 */
export class Session {
  /** What the greeting said behind `Asterisk Call Manager/`. */
  version = '';

  readonly #options: SessionOptions;
  readonly #decoder: Decoder;
  readonly #heartbeat: Heartbeat;
  readonly #pending = new PendingActions();
  #socket: net.Socket | undefined;
  #state: SessionState = 'connecting';
  #loginId = '';
  #filterId = '';
  #arrived = 0;
  #step: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#decoder = new Decoder({
      events: new Set([...options.events, fullyBooted]),
      variables: options.variables,
      onGreeting: (version) => {
        this.version = version;
        this.#login();
      },
      onMessage: (message) => {
        this.#take(message);
      },
      onForged: (forgery) => {
        if (!this.#ended) options.onForged(forgery);
      },
    });
    this.#heartbeat = new Heartbeat(
      options.timing.ping,
      () => {
        // Nobody waits for the answer: any byte shows that the other side is alive.
        this.#write('Ping', options.nextActionId());
      },
      () => {
        this.end(new AmiError('timeout', 'Asterisk does not answer any more (two pings unanswered)'));
      },
    );
  }

  start(): void {
    const { host, port, timing } = this.#options;
    const where = `${host}:${port}`;
    const lost = (): AmiErrorKind => (this.#state === 'connecting' ? 'unreachable' : 'disconnected');
    this.#socket = net.connect({ host, port, noDelay: true });
    this.#within(timing.connect, 'unreachable', `${where} does not answer`);
    this.#socket
      .on('data', (chunk) => {
        this.#receive(chunk);
      })
      .on('error', (cause: NodeJS.ErrnoException) => {
        // For a host with several addresses the error has no message of its own.
        this.end(new AmiError(lost(), `${where}: ${cause.message || (cause.code ?? cause.name)}`, { cause }));
      })
      .on('close', () => {
        this.end(new AmiError(lost(), `${where}: the connection was closed`));
      });
  }

  /** Sends an action and waits for its response; throws what `encode` throws and `disconnected`, rejects as `PendingActions` does. */
  action(name: AnyActionName, actionId: string, fields: Fields, deadline: number): Promise<AmiMessage> {
    this.#sendNew(name, actionId, fields);
    return this.#pending.response(actionId, deadline);
  }

  /** The same for an action that answers with a list. */
  list(name: ListActionName, actionId: string, fields: Fields, deadline: number): Promise<AmiList> {
    this.#sendNew(name, actionId, fields);
    const answer = this.#pending.list(actionId, deadline);
    this.#decoder.correlate = true;
    return answer;
  }

  /** Says goodbye if logged in, at most for `timing.logoff` ms, and resolves when the connection is closed. */
  async logoff(): Promise<void> {
    const socket = this.#socket;
    const reason = new AmiError('disconnected', 'the client was stopped');
    this.#pending.rejectAll(reason);
    if (socket === undefined || socket.closed) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    if (this.#state === 'up' && !this.#ended) {
      this.#heartbeat.stop();
      this.#within(this.#options.timing.logoff, 'disconnected', 'Asterisk does not answer the logoff');
      this.#write('Logoff', this.#options.nextActionId());
    } else this.end(reason);
    await closed;
  }

  /** Ends the connection for this reason, and rejects at once all actions that wait for an answer. */
  end(reason: AmiError): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#step);
    this.#heartbeat.stop();
    this.#socket?.destroy();
    this.#pending.rejectAll(
      reason.kind === 'disconnected' ? reason : new AmiError('disconnected', reason.message, { cause: reason }),
    );
    this.#options.onEnd(reason);
  }

  #receive(chunk: Buffer): void {
    if (this.#ended) return;
    this.#heartbeat.heard();
    this.#arrived = Date.now();
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      this.end(error instanceof AmiError ? error : new AmiError('protocol', 'unreadable', { cause: error }));
    }
  }

  #login(): void {
    const { username, secret, timing } = this.#options;
    this.#loginId = this.#options.nextActionId();
    this.#become('login');
    this.#within(timing.login, 'timeout', 'Asterisk does not answer the login');
    this.#write('Login', this.#loginId, { Username: username, Secret: secret, Events: 'on' });
  }

  #take(message: MessageView): void {
    if (this.#ended) return;
    if (message.type === 'response' && this.#filterId !== '' && message.get('ActionID') === this.#filterId) {
      this.#filterId = '';
      if (message.name !== 'Success') this.#options.onUnfiltered(message.get('Message') || message.name);
      return;
    }
    if (this.#pending.isWithinList && message.type === 'event' && message.get('Privilege') !== '') {
      // Asterisk sends no event before it has ended a list: one thread does both (`session_do` of main/manager.c).
      this.#options.onForged({ event: message.name, channel: message.get('Channel'), isRead: false });
      return;
    }
    switch (this.#state) {
      case 'connecting':
        return;
      case 'login':
        if (message.type === 'response' && message.get('ActionID') === this.#loginId) this.#answered(message);
        return;
      case 'booting':
        // Events before FullyBooted are dropped: the lists that are asked for afterwards hold all of it.
        if (message.name === fullyBooted) this.#booted();
        return;
      case 'up':
        break;
    }
    if (this.#pending.accept(message)) this.#decoder.correlate = this.#pending.expectsItems;
    // Asterisk's events have a Privilege; without one it is an item of a list that nobody asked for.
    else if (message.type === 'event' && this.#options.events.has(message.name) && message.get('Privilege') !== '')
      this.#options.onEvent(message, this.#arrived);
  }

  #answered(message: MessageView): void {
    if (message.name !== 'Success') {
      const text = message.get('Message') || message.name;
      this.end(new AmiError('authentication', `Asterisk refuses the user ${this.#options.username}: ${text}`));
      return;
    }
    this.#filterId = this.#options.nextActionId();
    this.#write('Filter', this.#filterId, { Operation: 'Add', Filter: forgedEventsFilter });
    this.#become('booting');
    const hint = 'no FullyBooted: Asterisk is still starting, or the account may not read "system"';
    this.#within(this.#options.timing.boot, 'timeout', hint);
  }

  #booted(): void {
    clearTimeout(this.#step);
    this.#heartbeat.start();
    this.#become('up');
  }

  #become(state: SessionState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  /** Limits the time of the step that begins here; the next step replaces it. */
  #within(ms: number, kind: AmiErrorKind, message: string): void {
    clearTimeout(this.#step);
    this.#step = setTimeout(() => {
      this.end(new AmiError(kind, `${message} (waited ${ms} ms)`));
    }, ms);
  }

  #sendNew(name: AnyActionName, actionId: string, fields: Fields): void {
    if (this.#pending.has(actionId))
      throw new AmiError('refused-value', `the ActionID ${JSON.stringify(actionId)} is in use`);
    if ((this.#socket?.writableLength ?? 0) > mostUnsent) {
      this.end(new AmiError('timeout', 'Asterisk does not read any more what it is sent'));
      throw new AmiError('disconnected', 'Asterisk does not read any more what it is sent');
    }
    this.#write(name, actionId, fields);
  }

  #write(name: AnyActionName, actionId: string, fields: Fields = {}): void {
    this.#socket?.write(encode(name, actionId, fields));
  }
}
