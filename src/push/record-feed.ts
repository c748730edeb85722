import { Backlog } from './backlog.ts';
import type { Entry, Mark } from '../store/store.ts';
import { clockUnset } from '../store/store.ts';
import type { Delivery, Lanes, NewDelivery } from './lanes.ts';
import type { ReceiverParts } from './receiver-parts.ts';
import { InFlightMarks } from './in-flight-marks.ts';

/** Milliseconds until a store that could not be read is tried again. */
const loadWait = 5_000;

/** Moves the records of one receiver between the store and the lanes. */
export class RecordFeed {
  readonly #parts: () => ReceiverParts;
  readonly #lanes: Lanes;
  readonly #backlog: Backlog;
  /** Told when a record may have become ready. */
  readonly #onReady: () => void;
  /** Number of deliveries that wait for the store. */
  #held = 0;
  /** After the store could not be read, it is not read again before this moment. */
  #loadAt = 0;
  readonly #inFlight = new InFlightMarks();

  constructor(parts: () => ReceiverParts, lanes: Lanes, onReady: () => void) {
    this.#parts = parts;
    this.#lanes = lanes;
    this.#onReady = onReady;
    const { name, store } = parts();
    this.#backlog = new Backlog(name, store);
  }

  /** Something is on its way to or from the store. */
  get isBusy(): boolean {
    return this.#held > 0 || this.#backlog.isBusy;
  }

  /** When `load` has something to do if nothing else happens; Infinity: never. */
  get loadAt(): number {
    return this.#wantsLoad ? this.#loadAt : Infinity;
  }

  /** Takes a record that is being stored. It is not sent before it is durable, so that it survives a crash. */
  take(entry: Entry, stored: Promise<number | undefined>): void {
    const { clock, limits } = this.#parts();
    const now = clock.monotonic();
    const what = { entry, expiresAt: now + limits.recordAge, attempts: 0 };
    if (this.#backlog.admits(this.#lanes.size('record'), limits.records)) {
      this.#held++;
      void this.#confirm(this.#lanes.add({ ...what, held: true }, now), stored);
    } else {
      void this.#leave({ ...what, held: false }, stored);
    }
  }

  /** Fetches records from the store, if that is due. */
  load(now: number): void {
    if (now >= this.#loadAt && this.#wantsLoad) void this.#load();
  }

  /** Stored records beyond the sequence number `after` are pending again. */
  rewind(after: number): void {
    this.#backlog.rewind(after);
  }

  /** Tells the store what became of a record. No effect for a signal. */
  mark(entry: Entry, mark: Mark): void {
    if (entry.class === 'signal') return;
    const { name, store, stats } = this.#parts();
    const noted = store.mark(name, entry.id, mark).catch((error: unknown) => {
      // At worst it is sent again, under the same id.
      stats.storeFailed('the store could not note a delivery', error);
    });
    if (mark.state !== 'pending') this.#inFlight.add(entry.id, noted);
  }

  get #wantsLoad(): boolean {
    return this.#backlog.wants(this.#lanes.size('record'), this.#parts().limits.records);
  }

  /** Releases a record once the store has it. A record that the store knew before is not sent again. */
  async #confirm(delivery: Delivery | undefined, stored: Promise<number | undefined>): Promise<void> {
    let isNew = true;
    try {
      const seq = await stored;
      isNew = seq !== undefined;
      if (seq !== undefined) this.#backlog.confirmed(seq);
    } catch {
      // It is not durable, but it is better sent than lost. The outbox has logged the error.
    }
    this.#held--;
    if (delivery !== undefined) {
      const now = this.#parts().clock.monotonic();
      delivery.held = false;
      if (isNew) this.#lanes.refile(delivery, now);
      else this.#lanes.remove(delivery, now);
    }
    this.#onReady();
  }

  /** Leaves a record in the store until its turn comes. */
  async #leave(what: NewDelivery, stored: Promise<number | undefined>): Promise<void> {
    try {
      await stored;
    } catch {
      // The outbox has logged the error. If there is room in memory, the record overtakes what waits in the store;
      // otherwise it waits too, provided that the store keeps it until the disk takes it.
      const { clock, limits, stats, store } = this.#parts();
      if (this.#lanes.size('record') < 2 * limits.records) this.#lanes.add(what, clock.monotonic());
      else if (!store.has(what.entry.id)) stats.dropped(what.entry, 'the store failed and memory is full');
    }
    this.#backlog.left();
    this.#onReady();
  }

  async #load(): Promise<void> {
    const { clock, limits, stats } = this.#parts();
    const endRead = this.#inFlight.startRead();
    try {
      const found = await this.#backlog.load(limits.records - this.#lanes.size('record'));
      const now = clock.monotonic();
      for (const { entry, attempts, replayedAt } of found) {
        if (this.#inFlight.has(entry.id)) continue;
        const expiresAt = now + this.#timeLeft(replayedAt ?? entry.createdAt);
        this.#lanes.add({ entry, expiresAt, held: false, attempts }, now);
      }
    } catch (error) {
      this.#loadAt = clock.monotonic() + loadWait;
      stats.storeFailed('what waits in the store cannot be read', error);
    } finally {
      endRead();
    }
    this.#onReady();
  }

  #timeLeft(since: number): number {
    const { clock, limits } = this.#parts();
    const age = since < clockUnset ? 0 : Math.max(0, clock.now() - since);
    return limits.recordAge - age;
  }
}
