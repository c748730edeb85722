import { Refusal } from '../system/refusal.ts';
import type { Clock } from '../system/clock.ts';
import { unreadable } from './pull.ts';
import type { Queries } from './sqlite-queries.ts';
import type { ReplayedSlice, Selection, Which } from './sqlite-replays.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** What is to be sent again. */
export interface ReplayWanted {
  /** Of these ids; or taken between two moments (both included, milliseconds since 1970); or all dead letters. */
  readonly which:
    | { readonly by: 'id'; readonly ids: readonly string[] }
    | { readonly by: 'time'; readonly from: number; readonly to: number }
    | { readonly by: 'dead' };
  /** `undefined`: whether they were delivered or given up. */
  readonly state: 'delivered' | 'dead' | undefined;
  /** `undefined`: to every receiver that they were for. */
  readonly receiver: string | undefined;
  readonly events: readonly string[] | undefined;
}

/** What a replay did. */
export interface Replayed {
  /** Deliveries that are sent again. */
  readonly replayed: number;
  /** Deliveries that were waiting to be sent anyway; 0 where those of one state only are asked for. */
  readonly waiting: number;
  /** Ids of no record. */
  readonly unknown: readonly string[];
}

/** What a Replay is made of. */
export interface ReplayParts {
  readonly store: Pick<SqliteStore, 'query' | 'replay'>;
  readonly clock: Clock;
  /** Names of the receivers there are. */
  readonly receivers: () => readonly string[];
  /** Told that deliveries of records beyond a place are pending for a receiver anew. */
  readonly onAgain: (receiver: string, after: number) => void;
}

/** Milliseconds between two slices: others have their turn. */
const slicePause = 1;

/**
 * Sends again what was delivered or given up, under the same `webhook-id` and with the same body. Attempts are counted
 * on, and the age begins anew, so that a dead letter does not die at once.
 */
export class Replay {
  readonly #parts: ReplayParts;
  #isRunning = false;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when all of it is noted on the disk; it is sent from then on, in the order of the store.
   * @throws {Refusal} `not-found` none of the ids, or no such receiver; `conflict` while another is under way;
   * `unavailable` the store fails
   */
  async run(wanted: ReplayWanted): Promise<Replayed> {
    if (this.#isRunning) {
      throw new Refusal('conflict', 'another replay is under way: wait until it has answered', { retryAfter: 5 });
    }
    this.#isRunning = true;
    try {
      return await this.#run(wanted);
    } finally {
      this.#isRunning = false;
    }
  }

  async #run(wanted: ReplayWanted): Promise<Replayed> {
    const receivers = this.#receivers(wanted.receiver);
    const { which, unknown } = await this.#find(wanted);
    const states = wanted.state === undefined ? (['delivered', 'dead'] as const) : [wanted.state];
    const upTo = await this.#ask((queries) => queries.newest);
    const { replayed, waiting } = await this.#slices({ which, upTo, states, receivers, events: wanted.events });
    return { replayed, waiting, unknown };
  }

  #receivers(name: string | undefined): readonly string[] {
    const all = this.#parts.receivers();
    if (name === undefined) return all;
    // What is open for a receiver that is gone would wait until it expires.
    if (!all.includes(name)) throw new Refusal('not-found', 'no such receiver');
    return [name];
  }

  async #find({ which }: ReplayWanted): Promise<{ readonly which: Which; readonly unknown: readonly string[] }> {
    if (which.by !== 'id') return { which, unknown: [] };
    const ids = [...new Set(which.ids)];
    const { seqs, unknown } = await this.#ask((queries) => queries.find(ids));
    if (seqs.length === 0) throw new Refusal('not-found', `no such record: ${unknown.join(', ')}`);
    return { which: { by: 'place', seqs }, unknown };
  }

  async #slices(selection: Selection): Promise<{ replayed: number; waiting: number }> {
    const { store, clock, onAgain } = this.#parts;
    const first = new Map<string, number>();
    let replayed = 0;
    let waiting = 0;
    try {
      for (let after = 0, more = true; more;) {
        const slice: ReplayedSlice = await store.replay(selection, after);
        for (const [receiver, seq] of slice.first) if (!first.has(receiver)) first.set(receiver, seq);
        replayed += slice.replayed;
        waiting += slice.waiting;
        ({ last: after, more } = slice);
        // After the last one too: by then the receivers have heard of what they told the store before.
        await new Promise<void>((resolve) => {
          clock.after(slicePause, resolve);
        });
      }
    } catch (error) {
      const told = unreadable(error);
      if (replayed === 0 || !(told instanceof Refusal)) throw told;
      const text = `${replayed} deliveries are sent again, then it ended: ${told.message}`;
      throw new Refusal(told.kind, text, { retryAfter: told.retryAfter, cause: error });
    } finally {
      for (const [receiver, seq] of first) onAgain(receiver, seq - 1);
    }
    return { replayed, waiting };
  }

  async #ask<T>(question: (queries: Queries) => T): Promise<T> {
    try {
      return await this.#parts.store.query(question);
    } catch (error) {
      throw unreadable(error);
    }
  }
}
