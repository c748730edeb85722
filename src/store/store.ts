import type { Entry } from './entry.ts';

/** A record that a receiver has not got yet. */
export interface Pending {
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
  pending(receiver: string, after: number, limit: number): Promise<readonly Pending[]>;
  /** Notes what became of a record; of no effect when the store does not hold it. */
  mark(receiver: string, id: string, mark: Mark): Promise<void>;
  /** Kept at hand: cheap at any time. */
  counts(receiver: string): StoreCounts;
  /** The disk has no room: what memory there is, is for records. */
  readonly isFull: boolean;
  /** Whether a record of that id was taken, as far as can be told: of what was deleted since nothing is known. */
  has(id: string): boolean;
}
