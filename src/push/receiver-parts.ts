import type { Clock } from '../system/clock.ts';
import type { Entry, Store } from '../store/store.ts';
import type { Format } from './format.ts';
import type { Sender } from './post.ts';
import type { DeliveryStats } from './delivery-stats.ts';

/** Limits for one receiver; times in milliseconds. */
export interface ReceiverLimits {
  /** Deliveries under way at once. */
  readonly connections: number;
  /** Age at which a record is dead. */
  readonly recordAge: number;
  /** Age at which a signal is dropped. */
  readonly signalAge: number;
  /** Signals that may wait; if there are more, the oldest are dropped. */
  readonly signals: number;
  /** Records in memory; the others wait in the store. */
  readonly records: number;
}

/** What a receiver is made of; a reload changes it. */
export interface ReceiverParts {
  readonly name: string;
  readonly sender: Sender;
  /** Signs what is sent, if there is one. */
  readonly key: Buffer | undefined;
  /** How events are written. */
  readonly format: Format;
  /** Further headers of its requests. */
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: ReceiverLimits;
  readonly userAgent: string;
  readonly store: Store;
  readonly clock: Clock;
  /** Returns 0 ≤ random < 1, which spreads the waits. */
  readonly random: () => number;
  readonly stats: DeliveryStats;
  /** Told of each event after it has arrived. */
  readonly onDelivered: (entry: Entry, attempts: number) => void;
}
