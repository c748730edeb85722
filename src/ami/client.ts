import { randomBytes } from 'node:crypto';
import type { Log } from '../system/log.ts';
import { Counter, Histogram } from '../system/meter.ts';
import { type ActionName, type AnyActionName, isForUsers, type ListActionName } from './actions.ts';
import { backoff } from './backoff.ts';
import type { Fields } from './encode.ts';
import { AmiError } from './errors.ts';
import { ForgeryLog } from './forgery-log.ts';
import type { AmiMessage } from './message.ts';
import type { AmiList } from './pending-actions.ts';
import { Session, type SessionState } from './session.ts';
import { type Timing, usualTiming } from './timing.ts';

export interface AmiClientOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  /** Names of the events that `onEvent` gets. */
  readonly events: ReadonlySet<string>;
  /** Which VarSet events, by variable; asked only when `VarSet` is in `events`. Must not throw. */
  variables(name: string): boolean;
  readonly log: Log;
  /** Gets an event and when it was received (ms epoch). The message is valid until this returns. */
  onEvent(message: AmiMessage, arrived: number): void;
  /** Asterisk is connected and fully booted: actions may be sent. */
  onUp(): void;
  /** The connection is lost; the client connects again by itself. */
  onDown(reason: AmiError): void;
  /** A caller's number or name had line ends in it: Asterisk's lists are to be believed, rather than its events. */
  onForged?(): void;
  readonly timing?: Partial<Timing>;
}

/** What the client counts since the start. */
export interface AmiMeters {
  /** Events handed over. A plain number: it is counted for each of thousands a second. */
  readonly events: number;
  readonly connects: number;
  /** Connections that ended, and attempts that failed, by the kind of AmiError. */
  readonly failures: Counter;
  /** From an action to its answer, or to the failure of waiting for one. */
  readonly actions: Histogram;
}

/** `waiting`: between two attempts to connect. */
export type AmiClientState = 'stopped' | 'waiting' | SessionState;

export interface ActionOptions {
  /** An id from `nextActionId`, when it must be known before the answer (OriginateResponse). */
  readonly actionId?: string;
  /** How long to wait for the answer, in ms. */
  readonly deadline?: number;
}

/**
 * The entrance of this room: Asterisk's manager interface, kept connected from `start` to `stop`. Bytes of the socket and
 * actions come in; events go out through `onEvent` as they are read, never held back, and answers to actions. The room
 * knows the form of events, so that it can refuse forged ones, but nothing of calls.
 */
export class AmiClient {
  readonly #options: AmiClientOptions;
  readonly #timing: Timing;
  /** Asterisk sends events with an ActionID to every connection: ours must differ from everybody else's. */
  readonly #prefix = `coocenter-${randomBytes(6).toString('hex')}-`;
  #actions = 0;
  #state: AmiClientState = 'stopped';
  #lastError: AmiError | undefined;
  #session: Session | undefined;
  #failed = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #forgeryLog: ForgeryLog;
  #events = 0;
  #connects = 0;
  readonly #failures = new Counter(['kind']);
  readonly #answers = new Histogram(['action', 'result'], [0.005, 0.02, 0.1, 0.5, 2, 10]);

  constructor(options: AmiClientOptions) {
    this.#options = options;
    this.#timing = { ...usualTiming, ...options.timing };
    this.#forgeryLog = new ForgeryLog(options.log);
  }

  /** How many events had a caller's lines in them, since the start. */
  get forged(): number {
    return this.#forgeryLog.count;
  }

  get meters(): AmiMeters {
    return { events: this.#events, connects: this.#connects, failures: this.#failures, actions: this.#answers };
  }

  get state(): AmiClientState {
    return this.#state;
  }

  /** Why the last connection ended or could not be made; `undefined` while up. */
  get lastError(): AmiError | undefined {
    return this.#lastError;
  }

  start(): void {
    if (this.#state === 'stopped') this.#connect();
  }

  /** Ends the connection with Logoff. Once this is called, no callback is called any more. */
  async stop(): Promise<void> {
    const session = this.#session;
    this.#state = 'stopped';
    this.#session = undefined;
    clearTimeout(this.#timer);
    await session?.logoff();
  }

  /** A new ActionID, unlike that of any other client or run. */
  nextActionId(): string {
    this.#actions++;
    return `${this.#prefix}${this.#actions}`;
  }

  /**
   * Sends an action; resolves with its response, whatever its word (Success, Error).
   * @throws AmiError `refused-action`, `refused-value`, `not-connected`, `timeout`, `disconnected`
   */
  async action(name: ActionName, fields: Fields = {}, options: ActionOptions = {}): Promise<AmiMessage> {
    const session = this.#usable(name);
    const { actionId = this.nextActionId(), deadline = this.#timing.deadline } = options;
    return await this.#timed(name, session.action(name, actionId, fields, deadline), ({ name: word }) => word);
  }

  /**
   * Sends an action that answers with a list; resolves with the response and the items, none when it is an Error.
   * The items' events do not come through `onEvent`. Throws what `action` throws.
   */
  async list(name: ListActionName, fields: Fields = {}, options: ActionOptions = {}): Promise<AmiList> {
    const session = this.#usable(name);
    const { actionId = this.nextActionId(), deadline = this.#timing.deadline } = options;
    return await this.#timed(name, session.list(name, actionId, fields, deadline), ({ response }) => response.name);
  }

  async #timed<T>(name: AnyActionName, answer: Promise<T>, wordOf: (answer: T) => string): Promise<T> {
    const began = performance.now();
    const note = (result: string): void => {
      this.#answers.observe([name, result], (performance.now() - began) / 1000);
    };
    try {
      const known = await answer;
      note(wordOf(known) === 'Error' ? 'error' : 'success');
      return known;
    } catch (error) {
      note(error instanceof AmiError ? error.kind : 'failed');
      throw error;
    }
  }

  #usable(name: AnyActionName): Session {
    if (!isForUsers(name)) throw new AmiError('refused-action', `the action ${JSON.stringify(name)} is not allowed`);
    if (this.#session === undefined || this.#state !== 'up')
      throw new AmiError('not-connected', 'there is no connection to Asterisk', { cause: this.#lastError });
    return this.#session;
  }

  #connect(): void {
    this.#state = 'connecting';
    const { host, port, username, secret, events, log } = this.#options;
    const session: Session = new Session({
      host,
      port,
      username,
      secret,
      events,
      timing: this.#timing,
      variables: (name) => this.#options.variables(name),
      nextActionId: () => this.nextActionId(),
      onEvent: (message, arrived) => {
        if (session !== this.#session) return;
        this.#events++;
        try {
          this.#options.onEvent(message, arrived);
        } catch (error) {
          log.error(`AMI: the handler of the event ${message.name} failed`, error);
        }
      },
      onForged: (forgery) => {
        if (session !== this.#session) return;
        this.#forgeryLog.add(forgery);
        try {
          this.#options.onForged?.();
        } catch (error) {
          log.error('AMI: the handler of a forged event failed', error);
        }
      },
      onUnfiltered: (reason) => {
        if (session === this.#session)
          log.warning(`AMI: Asterisk takes no filter (${reason}): a caller with a very long number can forge events`);
      },
      onState: (state) => {
        if (session === this.#session) this.#enter(state, session);
      },
      onEnd: (reason) => {
        if (session === this.#session) this.#ended(reason);
      },
    });
    this.#session = session;
    session.start();
  }

  #enter(state: SessionState, session: Session): void {
    this.#state = state;
    if (state !== 'up') return;
    this.#failed = 0;
    this.#connects++;
    this.#lastError = undefined;
    const { host, port, log } = this.#options;
    log.info(`AMI: connected to ${host}:${port}, Asterisk Call Manager/${session.version}`);
    try {
      this.#options.onUp();
    } catch (error) {
      log.error('AMI: the handler of the connection failed', error);
    }
  }

  #ended(reason: AmiError): void {
    const wasUp = this.#state === 'up';
    const { log } = this.#options;
    // A failure that repeats is logged once.
    if (this.#lastError?.message === reason.message) log.debug(`AMI: ${reason.message}`);
    else if (reason.kind === 'authentication') log.error(`AMI: ${reason.message}`);
    else log.warning(`AMI: ${reason.message}`, reason.kind === 'protocol' ? reason.cause : undefined);
    this.#failures.add([reason.kind]);
    this.#lastError = reason;
    this.#session = undefined;
    this.#state = 'waiting';
    this.#timer = setTimeout(() => {
      this.#connect();
    }, this.#wait(reason));
    if (!wasUp) return;
    try {
      this.#options.onDown(reason);
    } catch (error) {
      log.error('AMI: the handler of the lost connection failed', error);
    }
  }

  #wait(reason: AmiError): number {
    if (reason.kind === 'authentication') return this.#timing.refused;
    return backoff(this.#failed++, { min: this.#timing.backoffMin, max: this.#timing.backoffMax });
  }
}
