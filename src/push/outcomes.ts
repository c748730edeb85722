import { CircuitBreaker } from './circuit-breaker.ts';
import type { Delivery, Lanes } from './lanes.ts';
import type { PostResult } from './post.ts';
import type { ReceiverParts } from './receiver-parts.ts';
import type { RecordFeed } from './record-feed.ts';
import { eventWait } from './schedule.ts';

/** Milliseconds that a signal waits between two attempts at most, since it does not live long. */
const longestSignalWait = 30_000;

/** Decides what the result of an attempt means for its delivery and for the receiver, and ends deliveries. */
export class Outcomes {
  readonly #parts: () => ReceiverParts;
  readonly #lanes: Lanes;
  readonly #feed: RecordFeed;
  #breaker = new CircuitBreaker();

  constructor(parts: () => ReceiverParts, lanes: Lanes, records: RecordFeed) {
    this.#parts = parts;
    this.#lanes = lanes;
    this.#feed = records;
  }

  /** Whether the receiver is up, as far as its deliveries tell. */
  get breaker(): CircuitBreaker {
    return this.#breaker;
  }

  /** The receiver has a new address, where nothing has failed yet. */
  forget(now: number): void {
    this.#breaker = new CircuitBreaker();
    this.#parts().stats.moved();
    for (const delivery of this.#lanes.all()) this.#release(delivery, now);
  }

  /**
   * Handles the result of an attempt that began at `startedAt`; `isHere`: at the current address. A failure at the previous
   * address says nothing about the current one.
   */
  finish(delivery: Delivery, result: PostResult, startedAt: number, isHere: boolean): void {
    const { clock, random, stats, onDelivered } = this.#parts();
    const { entry, attempts } = delivery;
    const now = clock.monotonic();
    if (!isHere && result.kind !== 'delivered') {
      this.#lanes.putBack(delivery, now);
      return;
    }
    switch (result.kind) {
      case 'delivered':
        this.#lanes.remove(delivery, now);
        this.#feed.mark(entry, { state: 'delivered', attempts });
        if (isHere) this.#succeeded(now);
        stats.delivered(isHere);
        onDelivered(entry, attempts);
        return;
      case 'aborted':
        this.#lanes.putBack(delivery, now);
        return;
      case 'unreachable':
        this.#breaker.unreachable(now, startedAt, random());
        break;
      case 'busy':
        this.#breaker.busy(delivery, now, startedAt, random(), result.retryAfter);
        this.#postpone(delivery, now, result.retryAfter);
        break;
      case 'refused':
        this.#breaker.refused(delivery, now, startedAt, random());
        this.#postpone(delivery, now, result.retryAfter);
        break;
    }
    stats.failed(entry, result.reason, this.#breaker.isUp);
    if (Math.max(now, delivery.notBefore) >= delivery.expiresAt) {
      this.giveUp(delivery, now);
    } else {
      this.#lanes.putBack(delivery, now);
      this.#feed.mark(entry, { state: 'pending', attempts, error: result.reason });
    }
  }

  /** Ends a delivery without success: it is too old, or `why`. */
  giveUp(delivery: Delivery, now: number, why?: string): void {
    const { entry, attempts } = delivery;
    if (entry.class === 'signal') {
      this.drop(delivery, now, why ?? 'too old');
      return;
    }
    this.#end(delivery, now);
    this.#feed.mark(entry, { state: 'dead', attempts, error: this.#parts().stats.dead(entry, why) });
  }

  /** Ends a signal that will not be sent. */
  drop(delivery: Delivery, now: number, why: string): void {
    this.#end(delivery, now);
    this.#parts().stats.dropped(delivery.entry, why);
  }

  /**
   * Gives an event that failed a wait of its own. While the receiver is down there is none: the event seems not to be at
   * fault and waits for the next probe.
   */
  #postpone(delivery: Delivery, now: number, retryAfter = 0): void {
    let wait = 0;
    if (delivery.blamed || this.#breaker.isUp) {
      delivery.failures++;
      const longest = delivery.entry.class === 'signal' ? longestSignalWait : Infinity;
      wait = eventWait(delivery.failures + 1, this.#parts().random(), longest);
    }
    delivery.notBefore = now + Math.max(wait, retryAfter);
  }

  #succeeded(now: number): void {
    const { recovered, suspects } = this.#breaker.succeeded();
    for (const suspect of suspects) {
      suspect.blamed = true;
      // The receiver seems to have been at fault, so what failed meanwhile may go at once, this one time.
      if (recovered) this.#release(suspect, now);
    }
    if (recovered) this.#parts().stats.up();
  }

  #end(delivery: Delivery, now: number): void {
    this.#lanes.remove(delivery, now);
    this.#breaker.forget(delivery);
  }

  #release(delivery: Delivery, now: number): void {
    delivery.notBefore = 0;
    this.#lanes.refile(delivery, now);
  }
}
