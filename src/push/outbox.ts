import { systemClock } from '../system/clock.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { signingKey } from '../system/signing-key.ts';
import { RepeatedWarnings } from '../system/repeated-warnings.ts';
import type { Body, Entry, PushEvent, Store } from '../store/store.ts';
import { Poster } from './post.ts';
import type { PosterOptions, Sender } from './post.ts';
import { Receiver } from './receiver.ts';
import type { ReceiverLimits, ReceiverParts } from './receiver-parts.ts';
import { DeliveryStats } from './delivery-stats.ts';
import type { ReceiverStatus } from './delivery-stats.ts';
import { webhookId } from './webhook-id.ts';

const second = 1000;
const hour = 3600 * second;

/** Milliseconds in which a receiver must have answered. */
const answerTimeout = 15 * second;
/** Signals that wait for one receiver at most. */
const mostSignals = 2_000;
/** Records of one receiver that are kept at hand; the others wait in the store. */
const recordsAtHand = 1_000;

/** Sent only to receivers that name them. */
const onlyByName: ReadonlySet<string> = new Set(['dialanswer']);

/** A receiver as it is configured. */
export interface ReceiverSettings {
  /** Tells receivers apart, across reloads too. */
  readonly name: string;
  readonly url: URL;
  /** Signs each push (Standard Webhooks): `whsec_<base64>` or plain text; `''`: unsigned. */
  readonly secret: string;
  /** Names; `all` stands for those of the contract, alone or among others. */
  readonly events: 'all' | readonly string[];
  /** PEM of the authorities that may have signed the receiver's certificate, in place of the public ones. */
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
  /** The box's, part of what a `webhook-id` is made of. */
  readonly mac: string;
  /** Of the daemon, for the User-Agent. */
  readonly version: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly createSender?: (options: PosterOptions) => Sender;
  /** Told of every event handed over. */
  readonly onPushed?: (entry: Entry) => void;
  /** Told of every event that a receiver took. */
  readonly onDelivered?: (receiver: string, entry: Entry, attempts: number) => void;
}

/** What a record is known by. */
export type Identified = Pick<PushEvent, 'callId' | 'rowKey' | 'keyScope'> & { readonly body: Pick<Body, 'event'> };

interface RunningReceiver {
  settings: ReceiverSettings;
  sender: Sender;
  readonly receiver: Receiver;
  readonly stats: DeliveryStats;
}

/** Takes the events of the daemon and gets each to its receivers, records through thick and thin (contract §3). */
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

  /** Opens the store and begins to deliver. Rejects with SecretError or the store's error. */
  async start(): Promise<void> {
    for (const settings of this.#settings.receivers) signingKey(settings.secret);
    await this.#parts.store.start((receiver, id) => this.#running.get(receiver)?.receiver.dropped(id));
    this.#state = 'open';
    for (const settings of this.#settings.receivers) this.#join(settings);
  }

  /** Ends within `graceful` milliseconds, in which what can be delivered still is, and closes the store. */
  async stop(graceful: number): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    const members = [...this.#running.values()];
    await this.#within(graceful, Promise.all(members.map(({ receiver }) => receiver.idle())));
    for (const { name, pending } of this.status()) {
      const { records, signals } = pending;
      if (records + signals > 0)
        this.#parts.log.info(`push${name && ` to ${name}`}: ${records} records and ${signals} other events left`);
    }
    await Promise.all(members.map(({ receiver }) => receiver.stop()));
    await this.#parts.store.stop();
  }

  /** Takes an event. Never throws and never waits; between `start` and `stop` only. */
  push(event: PushEvent): void {
    try {
      this.#push(event);
    } catch (error) {
      this.#parts.log.error(`push: ${event.body.event} cannot be pushed`, error);
    }
  }

  /**
   * Goes on with other settings, under the names that stay with all that is pending. What is pending for a name that
   * is gone waits in the store for its return. Throws SecretError, and then nothing has changed.
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

  /** Whether this record was taken before, as far as the store can tell. */
  has(push: Identified): boolean {
    return this.#parts.store.has(this.#idOf(push));
  }

  /** Records in the store beyond the place `after` are pending for this receiver anew; of no effect for one that is gone. */
  again(receiver: string, after: number): void {
    this.#running.get(receiver)?.receiver.again(after);
  }

  /** How each receiver does, in the order of the configuration. */
  status(): ReceiverStatus[] {
    return this.#settings.receivers.flatMap(({ name }) => this.#running.get(name)?.receiver.status() ?? []);
  }

  #push(push: PushEvent): void {
    const { class: of, callId, body } = push;
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
    };
    this.#tell(() => this.#parts.onPushed?.(entry));
    const takers = [...this.#running.values()].filter(({ settings }) => wants(settings, event));
    switch (of) {
      case 'signal':
        for (const { receiver, stats } of takers) {
          if (store.isFull) stats.dropped(entry, 'the disk is full');
          else receiver.signal(entry);
        }
        return;
      case 'record': {
        const stored = store.add(
          entry,
          takers.map(({ settings }) => settings.name),
        );
        stored.catch((error: unknown) => {
          this.#warnings.everyMinute(
            'store',
            `push: ${event} ${entry.id} cannot be stored, it is sent from memory`,
            error,
          );
        });
        for (const { receiver } of takers) receiver.record(entry, stored);
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
    const member = this.#running.get(settings.name);
    if (member === undefined) {
      this.#join(settings);
      return;
    }
    const isMoved = member.settings.url.href !== settings.url.href || member.settings.ca !== settings.ca;
    member.settings = settings;
    if (isMoved) member.sender = this.#createSender(settings);
    await member.receiver.update(this.#receiverParts(settings, member.sender, member.stats), isMoved);
  }

  #createSender({ url, ca }: ReceiverSettings): Sender {
    const options: PosterOptions = { url, ca, timeout: answerTimeout, clock: this.#clock };
    return this.#parts.createSender?.(options) ?? new Poster(options);
  }

  #receiverParts({ name, secret }: ReceiverSettings, sender: Sender, stats: DeliveryStats): ReceiverParts {
    const { store, version, random = Math.random } = this.#parts;
    const { retryHours, signalSeconds, connections } = this.#settings;
    const limits: ReceiverLimits = {
      connections,
      recordAge: retryHours * hour,
      signalAge: signalSeconds * second,
      signals: mostSignals,
      records: recordsAtHand,
    };
    return {
      name,
      sender,
      key: signingKey(secret),
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

  /** A listener's fault is not the delivery's. */
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

function wants({ events }: ReceiverSettings, event: string): boolean {
  const names = events === 'all' ? [events] : events;
  return names.includes(event) || (names.includes('all') && !onlyByName.has(event));
}
