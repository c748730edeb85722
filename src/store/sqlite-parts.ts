import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';

/** Bounds of a SqliteStore. */
export interface SqliteStoreLimits {
  /** Bytes of the file; the log beside it (`-wal`) adds a few megabytes at most. */
  readonly bytes: number;
  /** Records that wait in memory while the disk takes none. */
  readonly late: number;
}

/** What a SqliteStore is made of. */
export interface SqliteStoreParts {
  /** Made if absent; nothing else may write to it. */
  readonly folder: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly limits?: Partial<SqliteStoreLimits>;
  /** Days for which a record is kept after its last receiver got it. */
  readonly keepDays: () => number;
  /** Names of the receivers there are: what is open for another expires as if it had been delivered. */
  readonly receivers: () => readonly string[];
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
