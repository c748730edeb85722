/**
 * How much an event matters: a `record` (ivr, cdr, cc_cdr) is kept until it is delivered or
 * dead; a `signal` (all else) is best effort, since a late ring is worse than none.
 */
export type DeliveryClass = 'record' | 'signal';

/** The JSON object of a push, its fields in the order of the contract (contract §3). */
export type Body = { readonly event: string } & Readonly<Record<string, unknown>>;

/** An event as the rest of the daemon hands it over. */
export interface PushEvent {
  readonly class: DeliveryClass;
  /** Events of one call are delivered in this order; what belongs to no call names its own order (an extension). */
  readonly callId: string;
  /** Tells apart the events of one name and call, the same when a record is rebuilt after a crash. */
  readonly rowKey: string;
  /** What `rowKey` is unique within when it is not the call (a row is found again by who does not know its call). */
  readonly keyScope?: string | undefined;
  readonly body: Body;
}

/** An event on its way, the same for all receivers. */
export interface Entry {
  /** Value of the header `webhook-id`. */
  readonly id: string;
  readonly event: string;
  readonly callId: string;
  readonly class: DeliveryClass;
  /** The exact request body, made once. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/**
 * Milliseconds since 1970: what carries an earlier time was made, or delivered, while the box's clock was not set. Its age
 * cannot be known.
 */
export const clockUnset = Date.UTC(2020, 0, 1);

/** A record that a receiver has not got yet. */
export interface PendingRecord {
  /** Place in the store's order, growing; never used twice. */
  readonly seq: number;
  readonly entry: Entry;
  /** Attempts made so far. */
  readonly attempts: number;
  /** When it was asked for again; its age counts from here. Milliseconds since 1970. */
  readonly replayedAt?: number;
}

/** What became of a record at one receiver. `attempts` so far, this one included; `error` for people to read. */
export type Mark =
  | { readonly state: 'pending'; readonly attempts: number; readonly error: string }
  | { readonly state: 'delivered'; readonly attempts: number }
  | { readonly state: 'dead'; readonly attempts: number; readonly error: string };

/** Records of one receiver that the store holds. */
export interface StoreCounts {
  readonly pending: number;
  readonly dead: number;
}

/** Told of every record that the store let go of before it was delivered, since its room is bounded. */
export type OnDropped = (receiver: string, id: string) => void;

/**
 * Where records wait until each of their receivers has them. Signals never come here. Receivers are known by name.
 * Every promise may reject with what the disk said; the store stays usable.
 */
export interface Store {
  /** Opens the store; called once, before all else. */
  start(onDropped: OnDropped): Promise<void>;
  /** Makes durable what is under way and closes. */
  stop(): Promise<void>;
  /**
   * Takes a record for these receivers. Resolves when it is durable, to its place; to `undefined` when a record of
   * that id was taken before, which then stands with its body. Calls may overlap (the store commits them in groups)
   * and get their places in the order of the calls.
   */
  add(entry: Entry, receivers: readonly string[]): Promise<number | undefined>;
  /** The pending records of a receiver with a place beyond `after`, in order, at most `limit`. */
  pending(receiver: string, after: number, limit: number): Promise<readonly PendingRecord[]>;
  /** Notes what became of a record; of no effect when the store does not hold it. */
  mark(receiver: string, id: string, mark: Mark): Promise<void>;
  /** Kept at hand: cheap at any time. */
  counts(receiver: string): StoreCounts;
  /** The disk has no room: what memory there is, is for records. */
  readonly isFull: boolean;
  /** Whether a record of that id was taken, as far as can be told: of what was deleted since nothing is known. */
  has(id: string): boolean;
}

/** How the store does; `since` in milliseconds since 1970. */
export type StoreHealth =
  | { readonly state: 'ok'; readonly dropped: number }
  | {
      readonly state: 'failing';
      readonly since: number;
      readonly reason: string;
      /** Records in memory that are to be written. */
      readonly waiting: number;
      /** Deliveries let go of for want of room, since the start. */
      readonly dropped: number;
    };
