import type { Change } from '../picture/model.ts';

/** What JSON holds. */
export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/**
 * An event on its way to the customer: its body as the contract's §3 shapes it, with its fields in that order.
 * `record`: may not be lost (ivr, cdr, cc_cdr); `signal`: worthless when late.
 */
export interface PushedEvent {
  readonly class: 'record' | 'signal';
  /** Pushes of one call arrive in their order. */
  readonly callId: string;
  /** What makes it this one among the call's pushes of this event; the same when it is made again after a crash. */
  readonly rowKey: string;
  /** What `rowKey` is unique within when it is not the call. */
  readonly keyScope?: string;
  readonly body: Readonly<Record<string, Json>> & { readonly event: string };
}

/** What a record needs besides the change itself. */
export interface EventContext {
  /** The box's MAC (contract §1.3). */
  readonly mac: string;
  /** The folder below which recordings are served (contract §4.14). */
  readonly monitorDir: string;
  /** Names of the menus by id or context, lower case. */
  readonly ivrNames: ReadonlyMap<string, string>;
}

/** Makes one pushed event of the changes of one type; `undefined` when a change is none of its. */
export type EventMaker = (change: Change, context: EventContext) => PushedEvent | undefined;
