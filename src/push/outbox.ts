import { systemClock } from '../system/clock.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { signingKey } from '../system/signing-key.ts';
import { RepeatedWarnings } from '../system/repeated-warnings.ts';
import type { FigureChange } from '../store/figures.ts';
import type { Body, Entry, PushEvent, Store } from '../store/store.ts';
import { asStored } from './format.ts';
import type { Format } from './format.ts';
import { Poster } from './post.ts';
import type { PosterOptions, Sender } from './post.ts';
import { Receiver } from './receiver.ts';
import type { ReceiverLimits, ReceiverParts } from './receiver-parts.ts';
import { DeliveryStats } from './delivery-stats.ts';
import type { ReceiverStatus } from './delivery-stats.ts';
import { webhookId } from './webhook-id.ts';

const second = 1000;
const hour = 3600 * second;

/** Milliseconds within which a receiver must answer. */
const answerTimeout = 15 * second;
/** Signals that may wait for one receiver. */
const mostSignals = 2_000;
/** Records of one receiver that are kept in memory; the others wait in the store. */
const recordsInMemory = 1_000;

/** Events that are sent only to receivers that name them. */
const onlyByName: ReadonlySet<string> = new Set([
  'dialanswer',
  'recording',
  'disposition',
  'agentstate',
  'missedcall',
  'missedcall_claimed',
  'missedcall_closed',
]);

/** A configured receiver. */
export interface ReceiverSettings {
  /** Identifies the receiver, also across reloads. */
  readonly name: string;
  readonly url: URL;
  /** Signs each push (Standard Webhooks): `whsec_<base64>` or plain text; `''`: unsigned. */
  readonly secret: string;
  /** Names of events; `all`, alone or among other names, stands for those of the contract. */
  readonly events: 'all' | readonly string[];
  /** Absent: as it is stored. */
  readonly format?: Format;
  /** Further headers of its requests. */
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM of the authorities that may sign the receiver's certificate, instead of the public ones. */
  readonly ca?: string | undefined;
}

/** How pushes are made: the section `[push]` of the configuration. */
export interface PushSettings {
  readonly receivers: readonly ReceiverSettings[];
  /** Hours after which a record is given up. */
  readonly retryHours: number;
  /** Seconds after which a signal is dropped. */
  readonly signalSeconds: number;
  /** Deliveries under way to one receiver at once. */
  readonly connections: number;
}

/** What an Outbox is made of. */
export interface OutboxParts {
  readonly settings: PushSettings;
  readonly store: Store;
  /** The box's MAC address, part of what a `webhook-id` is made of. */
  readonly mac: string;
  /** Version of the daemon, for the User-Agent. */
  readonly version: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly createSender?: (options: PosterOptions) => Sender;
  /** Told of every event that is pushed. */
  readonly onPushed?: (entry: Entry) => void;
  /** Told of every event that a receiver took. */
  readonly onDelivered?: (receiver: string, entry: Entry, attempts: number) => void;
}

/** What a record is recognised by. */
export type Identified = Pick<PushEvent, 'callId' | 'rowKey' | 'keyScope'> & { readonly body: Pick<Body, 'event'> };

interface RunningReceiver {
  settings: ReceiverSettings;
  sender: Sender;
  readonly receiver: Receiver;
  readonly stats: DeliveryStats;
}

/**
 * Delivers events to the configured receivers (contract §3). The entrance of the room: events come in, signed POSTs go out.
 * Records are stored first and sent until a receiver has them or they are too old; signals live in memory only. The room
 * must not know what an event is about, beyond its name, call and class, nor how the store keeps records.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #clock: Clock;
  readonly #warnings: RepeatedWarnings;
  #settings: PushSettings;
  readonly #running = new Map<string, RunningReceiver>();
  #state: 'new' | 'open' | 'closed' = 'new';

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#warnings = new RepeatedWarnings(parts.log, this.#clock);
    this.#settings = parts.settings;
  }

  /** Opens the store and begins to deliver. Rejects with SecretError or with the store's error. */
  async start(): Promise<void> {
    for (const settings of this.#settings.receivers) signingKey(settings.secret);
    await this.#parts.store.start((receiver, id) => this.#running.get(receiver)?.receiver.dropped(id));
    this.#state = 'open';
    for (const settings of this.#settings.receivers) this.#join(settings);
  }

  /** Delivers what it can for at most `graceful` milliseconds, then stops and closes the store. */
  async stop(graceful: number): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    const receivers = Array.from(this.#running.values(), ({ receiver }) => receiver);
    await this.#within(graceful, Promise.all(receivers.map((receiver) => receiver.idle())));
    for (const { name, pending } of this.status()) {
      const { records, signals } = pending;
      if (records + signals > 0)
        this.#parts.log.info(`push${name && ` to ${name}`}: ${records} records and ${signals} other events left`);
    }
    await Promise.all(receivers.map((receiver) => receiver.stop()));
    await this.#parts.store.stop();
  }

  /**
   * Takes an event; `extensions`: whose it is; `figures`: what is counted once a record is stored. Never throws and never
   * waits. Events before `start` or after `stop` are dropped.
   */
  push(event: PushEvent, extensions: readonly string[] = [], figures: readonly FigureChange[] = []): void {
    try {
      this.#push(event, extensions, figures);
    } catch (error) {
      this.#parts.log.error(`push: ${event.body.event} cannot be pushed`, error);
    }
  }

  /**
   * Goes on with new settings. A receiver whose name stays keeps what is pending; what is pending for a name that is gone
   * waits in the store for its return. Rejects with SecretError, and then nothing has changed.
   */
  async reconfigure(settings: PushSettings): Promise<void> {
    for (const { secret } of settings.receivers) signingKey(secret);
    this.#settings = settings;
    if (this.#state !== 'open') return;
    const names = new Set(settings.receivers.map(({ name }) => name));
    const gone = [...this.#running].filter(([name]) => !names.has(name));
    for (const [name] of gone) this.#running.delete(name);
    const changes = settings.receivers.map((wanted) => this.#change(wanted));
    await Promise.all([...gone.map(([, { receiver }]) => receiver.stop()), ...changes]);
  }

  /** Whether this record was taken before, as far as the store knows. */
  has(push: Identified): boolean {
    return this.#parts.store.has(this.#idOf(push));
  }

  /** Stored records beyond the sequence number `after` are pending again. No effect for a receiver that is gone. */
  rewind(receiver: string, after: number): void {
    this.#running.get(receiver)?.receiver.rewind(after);
  }

  /** How each receiver is doing, in the order of the configuration. */
  status(): ReceiverStatus[] {
    return this.#settings.receivers.flatMap(({ name }) => this.#running.get(name)?.receiver.status() ?? []);
  }

  #push(push: PushEvent, extensions: readonly string[], figures: readonly FigureChange[]): void {
    const { class: of, callId, body, extra, recording, keeps } = push;
    const { store } = this.#parts;
    const { event } = body;
    if (this.#state !== 'open') {
      this.#warnings.everyMinute('closed', `push: ${event} of ${callId} dropped, the outbox is not open`);
      return;
    }
    const entry: Entry = {
      id: this.#idOf(push),
      event,
      callId,
      class: of,
      body: JSON.stringify(body),
      createdAt: this.#clock.now(),
      ...(extra === undefined ? {} : { extra: JSON.stringify(extra) }),
      owners: { extensions, ...(recording === undefined ? {} : { recording }) },
      ...(figures.length === 0 ? {} : { figures }),
      ...(keeps === undefined ? {} : { keeps }),
    };
    this.#tell(() => this.#parts.onPushed?.(entry));
    const wanting = [...this.#running.values()].filter(({ settings }) => wants(settings, event));
    switch (of) {
      case 'signal':
        for (const { receiver, stats } of wanting) {
          if (store.isFull) stats.dropped(entry, 'the disk is full');
          else receiver.signal(entry);
        }
        return;
      case 'record': {
        const stored = store.add(
          entry,
          wanting.map(({ settings }) => settings.name),
        );
        stored.catch((error: unknown) => {
          this.#warnings.everyMinute(
            'store',
            `push: ${event} ${entry.id} cannot be stored, it is sent from memory`,
            error,
          );
        });
        for (const { receiver } of wanting) receiver.record(entry, stored);
      }
    }
  }

  #idOf({ callId, rowKey, keyScope = callId, body: { event } }: Identified): string {
    return webhookId({ mac: this.#parts.mac, event, callId: keyScope, rowKey });
  }

  #join(settings: ReceiverSettings): void {
    const stats = new DeliveryStats(settings.name, this.#parts.log, this.#clock);
    const sender = this.#createSender(settings);
    const receiver = new Receiver(this.#receiverParts(settings, sender, stats));
    this.#running.set(settings.name, { settings, sender, receiver, stats });
    receiver.start();
  }

  async #change(settings: ReceiverSettings): Promise<void> {
    const running = this.#running.get(settings.name);
    if (running === undefined) {
      this.#join(settings);
      return;
    }
    const isElsewhere = running.settings.url.href !== settings.url.href || running.settings.ca !== settings.ca;
    // What was refused for want of a key, or in another format, may be taken now.
    const isMoved = isElsewhere || isWrittenOtherwise(running.settings, settings);
    running.settings = settings;
    if (isElsewhere) running.sender = this.#createSender(settings);
    await running.receiver.update(this.#receiverParts(settings, running.sender, running.stats), isMoved);
  }

  #createSender({ url, ca }: ReceiverSettings): Sender {
    const options: PosterOptions = { url, ca, timeout: answerTimeout, clock: this.#clock };
    return this.#parts.createSender?.(options) ?? new Poster(options);
  }

  #receiverParts(
    { name, secret, format = asStored, headers = {} }: ReceiverSettings,
    sender: Sender,
    stats: DeliveryStats,
  ): ReceiverParts {
    const { store, version, random = Math.random } = this.#parts;
    const { retryHours, signalSeconds, connections } = this.#settings;
    const limits: ReceiverLimits = {
      connections,
      recordAge: retryHours * hour,
      signalAge: signalSeconds * second,
      signals: mostSignals,
      records: recordsInMemory,
    };
    return {
      name,
      sender,
      key: signingKey(secret),
      format,
      headers,
      limits,
      userAgent: `coocenter-api/${version}`,
      store,
      clock: this.#clock,
      random,
      stats,
      onDelivered: (entry, attempts) => {
        this.#tell(() => this.#parts.onDelivered?.(name, entry, attempts));
      },
    };
  }

  /** Calls a listener; if it throws, delivery goes on. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#parts.log.error('push: a listener failed', error);
    }
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const cancel = this.#clock.after(ms, resolve);
      work.then(() => {
        cancel();
        resolve();
      }, reject);
    });
  }
}

/** Whether the same event becomes another request. */
function isWrittenOtherwise(before: ReceiverSettings, after: ReceiverSettings): boolean {
  return before.format !== after.format || JSON.stringify(before.headers) !== JSON.stringify(after.headers);
}

/** Events may be named in the receiver's own format too. */
function wants({ events, format = asStored }: ReceiverSettings, event: string): boolean {
  const name = format.nameOf(event);
  if (name === undefined) return false;
  const names = events === 'all' ? [events] : events;
  return names.includes(event) || names.includes(name) || (names.includes('all') && !onlyByName.has(event));
}
