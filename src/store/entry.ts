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
export const CLOCK_UNSET = Date.UTC(2020, 0, 1);
