import type { Clock } from '../system/clock.ts';
import type { Entry, Store } from '../store/store.ts';
import type { Sender } from './post.ts';
import type { DeliveryStats } from './delivery-stats.ts';

/** Bounds of one receiver; times in milliseconds. */
export interface ReceiverLimits {
  /** Deliveries under way at once. */
  readonly connections: number;
  /** Age at which a record is dead. */
  readonly recordAge: number;
  /** Age at which a signal is dropped. */
  readonly signalAge: number;
  /** Signals that wait; beyond it the oldest are dropped. */
  readonly signals: number;
  /** Records at hand; the others wait in the store. */
  readonly records: number;
}

/** What a receiver is made of; a reload changes it. */
export interface ReceiverParts {
  readonly name: string;
  readonly sender: Sender;
  /** Signs what is sent, when there is one. */
  readonly key: Buffer | undefined;
  readonly limits: ReceiverLimits;
  readonly userAgent: string;
  readonly store: Store;
  readonly clock: Clock;
  /** 0 ≤ random < 1: spreads the waits. */
  readonly random: () => number;
  readonly stats: DeliveryStats;
  /** Told of each event that arrived, after it did. */
  readonly onDelivered: (entry: Entry, attempts: number) => void;
}
