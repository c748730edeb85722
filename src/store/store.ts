import type { FigureChange } from './figures.ts';

/**
 * How much an event matters. A `record` (ivr, cdr, cc_cdr, recording) is kept until it is delivered or dead. A `signal` (any other
 * event) is best effort, since a late ring is worse than none.
 */
export type DeliveryClass = 'record' | 'signal';

/** The JSON object of a push, its fields in the order of the contract (contract §3). */
export type Body = { readonly event: string } & Readonly<Record<string, unknown>>;

/** An event as the rest of the daemon hands it over. */
export interface PushEvent {
  readonly class: DeliveryClass;
  /** Events with the same value are delivered in order. An event of no call names something else (its extension). */
  readonly callId: string;
  /** Tells apart the events of one name and call. The same when a record is rebuilt after a crash. */
  readonly rowKey: string;
  /** What `rowKey` is unique within, if not the call: a row that is found in a log may be of an unknown call. */
  readonly keyScope?: string | undefined;
  readonly body: Body;
  /** What a format needs to know beyond the body; absent where no receiver wants that format. */
  readonly extra?: Readonly<Record<string, string>>;
  /** What is kept in one commit with a record. */
  readonly keeps?: readonly Kept[];
  /** The recording that it names: its path below the folder of recordings, as it is on the disk; absent: none. */
  readonly recording?: string;
}

/** An event that is being delivered, the same for all receivers. */
export interface Entry {
  /** Value of the header `webhook-id`. */
  readonly id: string;
  readonly event: string;
  readonly callId: string;
  readonly class: DeliveryClass;
  /** The body in our own format, made once: the exact request body, unless the receiver wants another format. */
  readonly body: string;
  /** What a format needs to know beyond the body, as JSON; absent: nothing. */
  readonly extra?: string;
  /** Who may read it besides those who may read all; absent: nobody. It is asked for, and does not come back. */
  readonly owners?: Owners;
  /** What is counted once it is stored, in the same transaction; absent: nothing. It does not come back. */
  readonly figures?: readonly FigureChange[];
  /** What is kept once it is stored, in the same transaction; absent: nothing. It does not come back. */
  readonly keeps?: readonly Kept[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A text that is kept besides records, under an id of its kind; `undefined`: none is any more. */
export interface Kept {
  readonly of: string;
  readonly id: string;
  readonly text: string | undefined;
}

/** Whose a record is. */
export interface Owners {
  /** Extensions that took part in what it tells. */
  readonly extensions: readonly string[];
  /** As in `PushEvent`. */
  readonly recording?: string;
}

/**
 * Milliseconds since 1970. An earlier time was noted before the box's clock was set, so the age of what carries it is
 * unknown.
 */
export const clockUnset = Date.UTC(2020, 0, 1);

/** A record that a receiver does not have yet. */
export interface PendingRecord {
  /** Sequence number in the store: ascending, never used twice. */
  readonly seq: number;
  readonly entry: Entry;
  /** Attempts made so far. */
  readonly attempts: number;
  /** When it was last replayed, in milliseconds since 1970; its age counts from here. */
  readonly replayedAt?: number;
}

/** What became of a record at one receiver. `attempts` includes the last one; `error` is for people to read. */
export type Mark =
  | { readonly state: 'pending'; readonly attempts: number; readonly error: string }
  | { readonly state: 'delivered'; readonly attempts: number }
  | { readonly state: 'dead'; readonly attempts: number; readonly error: string };

/** Numbers of open records of one receiver. */
export interface StoreCounts {
  readonly pending: number;
  readonly dead: number;
}

/** Told of every record that the store dropped before it was delivered, for want of room. */
export type OnDropped = (receiver: string, id: string) => void;

/**
 * Where records wait until each of their receivers has them. Receivers are known by name. Every promise may reject with
 * what the disk said; the store stays usable.
 *
 * This file is the entrance of the room: what the rest of the daemon uses is declared here, apart from `SqliteStore`,
 * `Pull` and `Replay`, which daemon.ts builds. Records and checkpoints come in; pending records, pages and replays go out.
 * Signals never come here. The room must not know how events are made or how they are delivered.
 */
export interface Store {
  /** Opens the store. Called once, before anything else. */
  start(onDropped: OnDropped): Promise<void>;
  /** Writes what is still queued, then closes. */
  stop(): Promise<void>;
  /**
   * Takes a record for these receivers. Resolves to its sequence number when it is durable; to `undefined` if a record of
   * that id was taken before, which then keeps its body. Calls may overlap (the store commits them in groups) and get
   * ascending sequence numbers.
   */
  add(entry: Entry, receivers: readonly string[]): Promise<number | undefined>;
  /** At most `limit` pending records of a receiver beyond the sequence number `after`, in order. */
  pending(receiver: string, after: number, limit: number): Promise<readonly PendingRecord[]>;
  /** Notes what became of a record. No effect if the store does not hold it. */
  mark(receiver: string, id: string, mark: Mark): Promise<void>;
  /** Cheap: the numbers are kept in memory. */
  counts(receiver: string): StoreCounts;
  /** The disk is full, so memory is needed for records. */
  readonly isFull: boolean;
  /** Whether a record of that id was taken, as far as is known: deleted records are forgotten. */
  has(id: string): boolean;
}

/** Whether the store works; `since` in milliseconds since 1970. */
export type StoreHealth =
  | { readonly state: 'ok'; readonly dropped: number }
  | {
      readonly state: 'failing';
      readonly since: number;
      readonly reason: string;
      /** Records in memory that are still to be written. */
      readonly waiting: number;
      /** Deliveries dropped for want of room since the start. */
      readonly dropped: number;
    };
