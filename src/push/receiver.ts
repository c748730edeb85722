import { Timer } from '../system/timer.ts';
import type { Entry } from '../store/store.ts';
import { headersOf } from './headers.ts';
import { Lanes } from './lanes.ts';
import type { Delivery } from './lanes.ts';
import type { PostResult } from './post.ts';
import type { ReceiverParts } from './receiver-parts.ts';
import { RecordFeed } from './record-feed.ts';
import type { ReceiverStatus } from './delivery-stats.ts';
import { Outcomes } from './outcomes.ts';

/** Milliseconds for which a signal that is too old may stay in memory unsent, so that one timer ends many. */
const expirySlack = 1_000;

/** One receiver: takes the events for it, and posts them when that is allowed. */
export class Receiver {
  #parts: ReceiverParts;
  readonly #lanes = new Lanes();
  readonly #feed: RecordFeed;
  readonly #outcomes: Outcomes;
  readonly #timer: Timer;
  #running = false;
  readonly #idle: (() => void)[] = [];

  constructor(parts: ReceiverParts) {
    const pump = (): void => {
      this.#pump();
    };
    this.#parts = parts;
    this.#feed = new RecordFeed(() => this.#parts, this.#lanes, pump);
    this.#outcomes = new Outcomes(() => this.#parts, this.#lanes, this.#feed);
    this.#timer = new Timer(parts.clock, pump);
  }

  /** Begins to deliver, beginning with what an earlier process left in the store. */
  start(): void {
    this.#running = true;
    this.#pump();
  }

  /** Ends all attempts under way. Undelivered records stay in the store; signals are lost. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#timer.clear();
    await this.#parts.sender.close();
    await this.idle();
  }

  /** Resolves when nothing is under way and nothing can be sent. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#pump();
    });
  }

  /** Goes on with new settings. `moved`: it has a new address, where nothing has failed yet. */
  async update(parts: ReceiverParts, moved: boolean): Promise<void> {
    const { sender } = this.#parts;
    this.#parts = parts;
    if (moved) this.#outcomes.forget(parts.clock.monotonic());
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
      this.#outcomes.drop(oldest, now, `more than ${limits.signals} events wait`);
    }
    this.#pump();
  }

  /** Takes a record that is being stored. */
  record(entry: Entry, stored: Promise<number | undefined>): void {
    this.#feed.take(entry, stored);
  }

  /** Stored records beyond the sequence number `after` are pending again. */
  rewind(after: number): void {
    this.#feed.rewind(after);
    this.#pump();
  }

  /** The store dropped this record for want of room. */
  dropped(id: string): void {
    const delivery = this.#lanes.get('record', id);
    // A delivery under way is still in memory and gets its chance.
    if (delivery !== undefined && this.#lanes.isUnderWay(delivery)) return;
    if (delivery !== undefined) this.#lanes.remove(delivery, this.#parts.clock.monotonic());
    this.#parts.stats.dropped({ event: 'record', id }, 'the store is full');
  }

  status(): ReceiverStatus {
    const { name, store, stats } = this.#parts;
    const { pending, dead } = store.counts(name);
    return {
      name,
      ...stats.counts,
      pending: { records: Math.max(pending, this.#lanes.size('record')), signals: this.#lanes.size('signal') },
      dead,
    };
  }

  /** Starts what may start, and sets the timer for what may start later. */
  #pump(): void {
    if (!this.#running) {
      if (this.#lanes.underWay === 0) this.#wakeIdle();
      return;
    }
    const { clock, limits } = this.#parts;
    const now = clock.monotonic();
    this.#expireSignals(now);
    const { breaker } = this.#outcomes;
    while (breaker.mayStart(now, this.#lanes.underWay, limits.connections)) {
      const delivery = this.#lanes.take(now, breaker.wantsFresh);
      if (delivery === undefined) break;
      if (delivery.expiresAt <= now) {
        this.#outcomes.giveUp(delivery, now);
        continue;
      }
      const body = this.#write(delivery.entry);
      // A reload may have changed the format after the event was taken.
      if (body === undefined) this.#outcomes.giveUp(delivery, now, 'the format of this receiver has no such event');
      else void this.#attempt(delivery, body, now);
    }
    this.#feed.load(now);
    this.#timer.setAt(this.#nextMoment());
    if (this.#lanes.underWay === 0 && !this.#feed.isBusy) this.#wakeIdle();
  }

  /** The request body as the receiver wants it now. */
  #write(entry: Entry): string | undefined {
    const { format, stats } = this.#parts;
    try {
      return format.nameOf(entry.event) === undefined ? undefined : format.write(entry);
    } catch (error) {
      stats.bug(error);
      return undefined;
    }
  }

  async #attempt(delivery: Delivery, body: string, startedAt: number): Promise<void> {
    const { sender, key, userAgent, format, headers: further, clock, stats } = this.#parts;
    delivery.attempts++;
    let result: PostResult;
    try {
      const sending = { userAgent, contentType: format.contentType, headers: further, key };
      const headers = headersOf({ id: delivery.entry.id, body }, delivery.attempts, sending, clock.now());
      result = await sender.post(body, headers);
    } catch (error) {
      stats.bug(error);
      result = { kind: 'unreachable', reason: String(error) };
    }
    this.#outcomes.finish(delivery, result, startedAt, sender === this.#parts.sender);
    this.#pump();
  }

  #expireSignals(now: number): void {
    for (;;) {
      const oldest = this.#lanes.oldestSignal();
      if (oldest === undefined || oldest.expiresAt > now) return;
      this.#outcomes.giveUp(oldest, now);
    }
  }

  /** When `#pump` may have something to do if nothing else happens. */
  #nextMoment(): number {
    const { breaker } = this.#outcomes;
    const hasRoom = this.#lanes.underWay < (breaker.isUp ? this.#parts.limits.connections : 1);
    // Ready deliveries wait for the next probe, the others for the end of their own waits.
    const start = Math.max(breaker.notBefore, this.#lanes.hasReady ? 0 : this.#lanes.wakeAt);
    const expiry = (this.#lanes.oldestSignal()?.expiresAt ?? Infinity) + expirySlack;
    return Math.min(hasRoom ? start : Infinity, expiry, this.#feed.loadAt);
  }

  #wakeIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
