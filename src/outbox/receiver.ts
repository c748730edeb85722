import type { Cancel, Clock } from '../system/clock.ts';
import { Backlog } from './backlog.ts';
import type { Entry } from './entry.ts';
import { headersOf } from './headers.ts';
import { Health } from './health.ts';
import { Lanes } from './lanes.ts';
import type { Delivery, NewDelivery } from './lanes.ts';
import type { Outcome, Sender } from './post.ts';
import { eventWait } from './schedule.ts';
import type { Mark, Store } from './store.ts';
import type { ReceiverStatus, Tally } from './tally.ts';

/** Milliseconds: the longest that a signal waits between two attempts, since it does not live long. */
const LONGEST_SIGNAL_WAIT = 30_000;
/** Milliseconds after which a store that could not be read is tried again. */
const LOAD_WAIT = 5_000;
/** Milliseconds by which signals may outlive their age in memory (never on the wire), so that few alarms end many. */
const EXPIRY_SLACK = 1_000;
/** A record of before was made while the box's clock was not set: its age cannot be known, and is taken for 0. */
const CLOCK_UNSET = Date.UTC(2020, 0, 1);

/** Bounds of one receiver; times in milliseconds. */
export interface Limits {
  /** Deliveries under way at once. */
  readonly connections: number;
  /** Age at which a record is dead. */
  readonly recordAge: number;
  /** Age at which a signal is dropped. */
  readonly signalAge: number;
  /** Signals that wait; beyond it the oldest are dropped. */
  readonly signals: number;
  /** Records at hand; the others wait in the store. */
  readonly records: number;
}

/** What a receiver is made of. */
export interface ReceiverParts {
  readonly name: string;
  readonly sender: Sender;
  /** Signs what is sent, when there is one. */
  readonly key: Buffer | undefined;
  readonly limits: Limits;
  readonly userAgent: string;
  readonly store: Store;
  readonly clock: Clock;
  /** 0 ≤ random < 1: spreads the waits. */
  readonly random: () => number;
  readonly tally: Tally;
  /** Told of each event that arrived, after it did. */
  readonly onDelivered: (entry: Entry, attempts: number) => void;
}

/** One receiver: what waits for it, whether it is up, and the attempts at it. */
export class Receiver {
  #parts: ReceiverParts;
  readonly #lanes = new Lanes();
  readonly #backlog: Backlog;
  #health = new Health();
  #running = false;
  /** Deliveries that wait for the store. */
  #held = 0;
  /** The store could not be read: not again before. */
  #loadAt = 0;
  #alarm: { readonly at: number; readonly cancel: Cancel } | undefined;
  readonly #idle: (() => void)[] = [];

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    this.#backlog = new Backlog(parts.name, parts.store);
  }

  /** Begins to deliver, what the store holds from earlier first. */
  start(): void {
    this.#running = true;
    this.#pump();
  }

  /** Ends all attempts under way. What was not delivered stays in the store; signals are gone. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    await this.#parts.sender.close();
    await this.idle();
  }

  /** Resolves when nothing is under way and nothing can be sent now. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#pump();
    });
  }

  /** Goes on with other settings. `moved`: it is at another address, where nothing has failed yet. */
  async update(parts: ReceiverParts, moved: boolean): Promise<void> {
    const { sender } = this.#parts;
    this.#parts = parts;
    if (moved) {
      const now = parts.clock.monotonic();
      this.#health = new Health();
      parts.tally.up();
      for (const delivery of this.#lanes.all()) this.#release(delivery, now);
    }
    if (sender !== parts.sender) await sender.close();
    this.#pump();
  }

  /** Takes a signal. */
  signal(entry: Entry): void {
    const { clock, limits } = this.#parts;
    const now = clock.monotonic();
    this.#lanes.add({ entry, expiresAt: now + limits.signalAge, held: false, attempts: 0 }, now);
    while (this.#lanes.size('signal') > limits.signals) {
      const oldest = this.#lanes.oldestSignal();
      if (oldest === undefined) break;
      this.#drop(oldest, now, `more than ${limits.signals} events wait`);
    }
    this.#pump();
  }

  /** Takes a record on its way into the store; it is not sent before it is there, so that it survives a crash. */
  record(entry: Entry, stored: Promise<number | undefined>): void {
    const { clock, limits } = this.#parts;
    const now = clock.monotonic();
    const what = { entry, expiresAt: now + limits.recordAge, attempts: 0 };
    if (this.#backlog.admits(this.#lanes.size('record'), limits.records)) {
      this.#held++;
      void this.#confirm(this.#lanes.add({ ...what, held: true }, now), stored);
    } else {
      void this.#leave({ ...what, held: false }, stored);
    }
  }

  /** The store had no room for this record any more. */
  dropped(id: string): void {
    const delivery = this.#lanes.get('record', id);
    // One under way is still in memory and gets its chance.
    if (delivery !== undefined && this.#lanes.isUnderWay(delivery)) return;
    if (delivery !== undefined) this.#lanes.remove(delivery, this.#parts.clock.monotonic());
    this.#parts.tally.dropped({ event: 'record', id }, 'the store is full');
  }

  status(): ReceiverStatus {
    const { name, store, tally } = this.#parts;
    const { pending, dead } = store.counts(name);
    return {
      name,
      ...tally.counts,
      pending: { records: Math.max(pending, this.#lanes.size('record')), signals: this.#lanes.size('signal') },
      dead,
    };
  }

  /** Starts what may start, and sets the alarm for what may start later. */
  #pump(): void {
    if (!this.#running) {
      if (this.#lanes.underWay === 0) this.#wakeIdle();
      return;
    }
    const { clock, limits } = this.#parts;
    const now = clock.monotonic();
    this.#expireSignals(now);
    while (this.#health.mayStart(now, this.#lanes.underWay, limits.connections)) {
      const delivery = this.#lanes.take(now, this.#health.wantsFresh);
      if (delivery === undefined) break;
      if (delivery.expiresAt <= now) this.#giveUp(delivery, now);
      else void this.#attempt(delivery, now);
    }
    if (now >= this.#loadAt && this.#backlog.wants(this.#lanes.size('record'), limits.records)) void this.#load();
    this.#setAlarm(now);
    if (this.#lanes.underWay + this.#held === 0 && !this.#backlog.isBusy) this.#wakeIdle();
  }

  async #attempt(delivery: Delivery, startedAt: number): Promise<void> {
    const { sender, key, userAgent, clock, tally } = this.#parts;
    delivery.attempts++;
    let outcome: Outcome;
    try {
      const headers = headersOf(delivery.entry, delivery.attempts, userAgent, key, clock.now());
      outcome = await sender.post(delivery.entry.body, headers);
    } catch (error) {
      tally.bug(error);
      outcome = { kind: 'unreachable', reason: String(error) };
    }
    this.#finish(delivery, outcome, startedAt);
    this.#pump();
  }

  #finish(delivery: Delivery, outcome: Outcome, startedAt: number): void {
    const { clock, random, tally, onDelivered } = this.#parts;
    const { entry, attempts } = delivery;
    const now = clock.monotonic();
    switch (outcome.kind) {
      case 'delivered':
        this.#lanes.remove(delivery, now);
        this.#mark(entry, { state: 'delivered', attempts });
        this.#succeeded(now);
        tally.delivered();
        onDelivered(entry, attempts);
        return;
      case 'aborted':
        this.#lanes.again(delivery, now);
        return;
      case 'unreachable':
        this.#health.unreachable(now, startedAt, random());
        break;
      case 'busy':
        this.#health.busy(delivery, now, startedAt, random(), outcome.retryAfter);
        this.#postpone(delivery, now, outcome.retryAfter);
        break;
      case 'refused':
        this.#health.refused(delivery, now, startedAt, random());
        this.#postpone(delivery, now, outcome.retryAfter);
        break;
    }
    tally.failed(entry, outcome.reason, this.#health.isUp);
    if (Math.max(now, delivery.notBefore) >= delivery.expiresAt) {
      this.#giveUp(delivery, now);
    } else {
      this.#lanes.again(delivery, now);
      this.#mark(entry, { state: 'pending', attempts, error: outcome.reason });
    }
  }

  /**
   * Gives an event that failed a wait of its own; none while the receiver is down, since then the next probe is
   * waited for, and the event seems not to be at fault.
   */
  #postpone(delivery: Delivery, now: number, retryAfter = 0): void {
    let wait = 0;
    if (delivery.blamed || this.#health.isUp) {
      delivery.failures++;
      const longest = delivery.entry.class === 'signal' ? LONGEST_SIGNAL_WAIT : Infinity;
      wait = eventWait(delivery.failures + 1, this.#parts.random(), longest);
    }
    delivery.notBefore = now + Math.max(wait, retryAfter);
  }

  #succeeded(now: number): void {
    const { recovered, suspects } = this.#health.succeeded();
    for (const suspect of suspects) {
      suspect.blamed = true;
      // The receiver was at fault, so it seems: what failed meanwhile goes at once, this one time.
      if (recovered) this.#release(suspect, now);
    }
    if (recovered) this.#parts.tally.up();
  }

  /** Ends a delivery without success. */
  #giveUp(delivery: Delivery, now: number): void {
    const { entry, attempts } = delivery;
    if (entry.class === 'signal') {
      this.#drop(delivery, now, 'too old');
      return;
    }
    this.#end(delivery, now);
    this.#mark(entry, { state: 'dead', attempts, error: this.#parts.tally.dead(entry) });
  }

  #drop(delivery: Delivery, now: number, why: string): void {
    this.#end(delivery, now);
    this.#parts.tally.dropped(delivery.entry, why);
  }

  #end(delivery: Delivery, now: number): void {
    this.#lanes.remove(delivery, now);
    this.#health.forget(delivery);
  }

  #release(delivery: Delivery, now: number): void {
    delivery.notBefore = 0;
    this.#lanes.refile(delivery, now);
  }

  /** Lets a record at hand go once the store has it; one that the store knew before is not sent again. */
  async #confirm(delivery: Delivery | undefined, stored: Promise<number | undefined>): Promise<void> {
    let isNew = true;
    try {
      const seq = await stored;
      isNew = seq !== undefined;
      if (seq !== undefined) this.#backlog.confirmed(seq);
    } catch {
      // Not durable, but better sent than lost. The outbox, whose call it was, has told of the error.
    }
    this.#held--;
    if (delivery !== undefined) {
      const now = this.#parts.clock.monotonic();
      delivery.held = false;
      if (isNew) this.#lanes.refile(delivery, now);
      else this.#lanes.remove(delivery, now);
    }
    this.#pump();
  }

  /** Leaves a record to the store until its turn comes. */
  async #leave(what: NewDelivery, stored: Promise<number | undefined>): Promise<void> {
    try {
      await stored;
    } catch {
      // Told of by the outbox. It overtakes what waits in the store, if there is room for it at all.
      const { clock, limits, tally } = this.#parts;
      if (this.#lanes.size('record') < 2 * limits.records) this.#lanes.add(what, clock.monotonic());
      else tally.dropped(what.entry, 'the store failed and memory is full');
    }
    this.#backlog.left();
    this.#pump();
  }

  #expireSignals(now: number): void {
    for (;;) {
      const oldest = this.#lanes.oldestSignal();
      if (oldest === undefined || oldest.expiresAt > now) return;
      this.#giveUp(oldest, now);
    }
  }

  async #load(): Promise<void> {
    const { clock, limits, tally } = this.#parts;
    try {
      const found = await this.#backlog.load(limits.records - this.#lanes.size('record'));
      const now = clock.monotonic();
      for (const { entry, attempts } of found) {
        this.#lanes.add({ entry, expiresAt: now + this.#timeLeft(entry), held: false, attempts }, now);
      }
    } catch (error) {
      this.#loadAt = clock.monotonic() + LOAD_WAIT;
      tally.storeFailed('what waits in the store cannot be read', error);
    }
    this.#pump();
  }

  #timeLeft({ createdAt }: Entry): number {
    const { clock, limits } = this.#parts;
    const age = createdAt < CLOCK_UNSET ? 0 : Math.max(0, clock.now() - createdAt);
    return limits.recordAge - age;
  }

  #mark(entry: Entry, mark: Mark): void {
    if (entry.class === 'signal') return;
    this.#parts.store.mark(this.#parts.name, entry.id, mark).catch((error: unknown) => {
      // At worst it is sent again, under the same id.
      this.#parts.tally.storeFailed('the store could not note a delivery', error);
    });
  }

  #setAlarm(now: number): void {
    const at = this.#nextMoment();
    if (this.#alarm?.at === at) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (at === Infinity) return;
    const cancel = this.#parts.clock.after(Math.max(0, at - now), () => {
      this.#alarm = undefined;
      this.#pump();
    });
    this.#alarm = { at, cancel };
  }

  /** When `#pump` may have something to do though nothing else happens. */
  #nextMoment(): number {
    const { limits } = this.#parts;
    const hasRoom = this.#lanes.underWay < (this.#health.isUp ? limits.connections : 1);
    // What could go has gone: what is ready waits for the next probe, the others for the end of their own waits.
    const start = Math.max(this.#health.notBefore, this.#lanes.hasReady ? 0 : this.#lanes.wakeAt);
    const expiry = (this.#lanes.oldestSignal()?.expiresAt ?? Infinity) + EXPIRY_SLACK;
    const load = this.#backlog.wants(this.#lanes.size('record'), limits.records) ? this.#loadAt : Infinity;
    return Math.min(hasRoom ? start : Infinity, expiry, load);
  }

  #wakeIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
