import { Refusal } from '../system/refusal.ts';
import type { Clock } from '../system/clock.ts';
import { asRefusal, readStore } from './pull.ts';
import type { ReplayedSlice, Selection, RecordChoice } from './sqlite-replays.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** What to send again. */
export interface ReplayWanted {
  /** Records with these ids; or taken between two moments (inclusive, milliseconds since 1970); or all dead letters. */
  readonly which:
    | { readonly by: 'id'; readonly ids: readonly string[] }
    | { readonly by: 'time'; readonly from: number; readonly to: number }
    | { readonly by: 'dead' };
  /** `undefined`: both delivered and dead ones. */
  readonly state: 'delivered' | 'dead' | undefined;
  /** `undefined`: to every receiver that they were meant for. */
  readonly receiver: string | undefined;
  readonly events: readonly string[] | undefined;
}

/** What a replay did. */
export interface Replayed {
  /** Deliveries that are sent again. */
  readonly replayed: number;
  /** Deliveries that were pending anyway; 0 if only one state was asked for. */
  readonly waiting: number;
  /** Ids that no record has. */
  readonly unknown: readonly string[];
}

/** What a Replay is made of. */
export interface ReplayParts {
  readonly store: Pick<SqliteStore, 'query' | 'replay'>;
  readonly clock: Clock;
  /** Names of the configured receivers. */
  readonly receivers: () => readonly string[];
  /** Told that a receiver has pending deliveries again, all of records beyond a sequence number. */
  readonly onReplayed: (receiver: string, after: number) => void;
}

/** Milliseconds between two slices, so that other work gets its turn. */
const slicePause = 1;

/**
 * Sends delivered records and dead letters again, with the same `webhook-id` and body. The count of attempts goes on, but
 * the age starts over, so that a dead letter does not die at once.
 */
export class Replay {
  readonly #parts: ReplayParts;
  #isRunning = false;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when everything is marked on the disk; it is then sent in the order of the store.
   * @throws {Refusal} `not-found`: none of the ids exists, or no such receiver; `conflict`: another replay is under way;
   * `unavailable`: the store fails
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
    const upTo = await readStore(this.#parts.store, (queries) => queries.newest);
    const { replayed, waiting } = await this.#slices({ which, upTo, states, receivers, events: wanted.events });
    return { replayed, waiting, unknown };
  }

  #receivers(name: string | undefined): readonly string[] {
    const all = this.#parts.receivers();
    if (name === undefined) return all;
    // Deliveries to a receiver that is not configured would only wait until they expire.
    if (!all.includes(name)) throw new Refusal('not-found', 'no such receiver');
    return [name];
  }

  async #find({ which }: ReplayWanted): Promise<{ readonly which: RecordChoice; readonly unknown: readonly string[] }> {
    if (which.by !== 'id') return { which, unknown: [] };
    const ids = [...new Set(which.ids)];
    const { seqs, unknown } = await readStore(this.#parts.store, (queries) => queries.find(ids));
    if (seqs.length === 0) throw new Refusal('not-found', `no such record: ${unknown.join(', ')}`);
    return { which: { by: 'seq', seqs }, unknown };
  }

  async #slices(selection: Selection): Promise<{ replayed: number; waiting: number }> {
    const { store, clock, onReplayed: onAgain } = this.#parts;
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
        // Also after the last slice: by then the receivers know which of their earlier marks are durable.
        await new Promise<void>((resolve) => {
          clock.after(slicePause, resolve);
        });
      }
    } catch (error) {
      const told = asRefusal(error);
      if (replayed === 0 || !(told instanceof Refusal)) throw told;
      const text = `${replayed} deliveries are sent again, then it ended: ${told.message}`;
      throw new Refusal(told.kind, text, { retryAfter: told.retryAfter, cause: error });
    } finally {
      for (const [receiver, seq] of first) onAgain(receiver, seq - 1);
    }
    return { replayed, waiting };
  }
}
