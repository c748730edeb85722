import { Backlog } from './backlog.ts';
import type { Entry, Mark } from '../store/store.ts';
import { clockUnset } from '../store/store.ts';
import type { Delivery, Lanes, NewDelivery } from './lanes.ts';
import type { ReceiverParts } from './receiver-parts.ts';
import { InFlightMarks } from './in-flight-marks.ts';

/** Milliseconds after which a store that could not be read is tried again. */
const loadWait = 5_000;

/** The records of one receiver on their ways between the store and the lanes. */
export class RecordFeed {
  readonly #parts: () => ReceiverParts;
  readonly #lanes: Lanes;
  readonly #backlog: Backlog;
  /** Told when a record may have become ready. */
  readonly #onReady: () => void;
  /** Deliveries that wait for the store. */
  #held = 0;
  /** The store could not be read: not again before. */
  #loadAt = 0;
  readonly #inFlight = new InFlightMarks();

  constructor(parts: () => ReceiverParts, lanes: Lanes, onReady: () => void) {
    this.#parts = parts;
    this.#lanes = lanes;
    this.#onReady = onReady;
    const { name, store } = parts();
    this.#backlog = new Backlog(name, store);
  }

  /** Something is on its way to the store or from it. */
  get isBusy(): boolean {
    return this.#held > 0 || this.#backlog.isBusy;
  }

  /** When `load` has something to do though nothing else happens; Infinity: not. */
  get loadAt(): number {
    return this.#wantsLoad ? this.#loadAt : Infinity;
  }

  /** Takes a record on its way into the store; it is not sent before it is there, so that it survives a crash. */
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

  /** Fetches what waits in the store, if it is due. */
  load(now: number): void {
    if (now >= this.#loadAt && this.#wantsLoad) void this.#load();
  }

  /** Records of the store beyond this place are asked for again. */
  again(after: number): void {
    this.#backlog.rewind(after);
  }

  /** Tells the store what became of a record; of no effect for a signal. */
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
      const now = this.#parts().clock.monotonic();
      delivery.held = false;
      if (isNew) this.#lanes.refile(delivery, now);
      else this.#lanes.remove(delivery, now);
    }
    this.#onReady();
  }

  /** Leaves a record to the store until its turn comes. */
  async #leave(what: NewDelivery, stored: Promise<number | undefined>): Promise<void> {
    try {
      await stored;
    } catch {
      // Told of by the outbox. It overtakes what waits in the store, if there is room for it at all; else it waits there
      // too, if the store holds it until the disk takes it.
      const { clock, limits, stats, store } = this.#parts();
      if (this.#lanes.size('record') < 2 * limits.records) this.#lanes.add(what, clock.monotonic());
      else if (!store.has(what.entry.id)) stats.dropped(what.entry, 'the store failed and memory is full');
    }
    this.#backlog.left();
    this.#onReady();
  }

  async #load(): Promise<void> {
    const { clock, limits, stats } = this.#parts();
    const looked = this.#inFlight.look();
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
      looked();
    }
    this.#onReady();
  }

  #timeLeft(since: number): number {
    const { clock, limits } = this.#parts();
    const age = since < clockUnset ? 0 : Math.max(0, clock.now() - since);
    return limits.recordAge - age;
  }
}
