import type { Change } from '../picture/model.ts';

/** The names of the events in our own format: those of contract §3, and ours. */
export const eventNames = [
  'dialbegein',
  'dialanswer',
  'dialend',
  'hangup',
  'extensionstatus',
  'ivr',
  'cdr',
  'cc_cdr',
  'recording',
  'disposition',
  'agentstate',
  'missedcall',
  'missedcall_claimed',
  'missedcall_closed',
] as const;

/** Any JSON value but null. */
export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/**
 * An event on its way to the customer: its body has the fields of contract §3, in that order. A `record` must not be
 * lost (ivr, cdr, cc_cdr, recording); a `signal` is worthless when late (all others).
 */
export interface PushedEvent {
  readonly class: 'record' | 'signal';
  /** Events of one call arrive in their order. */
  readonly callId: string;
  /** Identifies it among the call's events of this name; the same when it is made again after a crash. */
  readonly rowKey: string;
  /** What `rowKey` is unique within, if not within the call. */
  readonly keyScope?: string;
  readonly body: Readonly<Record<string, Json>> & { readonly event: string };
  /** What a format needs to know beyond the body; only while a receiver wants that format. */
  readonly extra?: Readonly<Record<string, string>>;
  /** What is kept in one commit with a record, in place of what was kept under its id. */
  readonly keeps?: readonly { readonly of: string; readonly id: string; readonly text: string }[];
  /** The recording that it names: its path below the folder of recordings, as it is on the disk; absent: none. */
  readonly recording?: string;
}

/** What an event needs besides the change itself. */
export interface EventContext {
  /** The box's MAC (contract §1.3). */
  readonly mac: string;
  /** The folder below which recordings are served (contract §4.14). */
  readonly monitorDir: string;
  /** Names of the menus by id or context, lower case. */
  readonly ivrNames: ReadonlyMap<string, string>;
  /** A receiver wants Asterisk's own events (contract §5.4). */
  readonly tellsAsterisk?: boolean;
}

/** Makes an event from a change of one type; `undefined` for changes of other types. */
export type EventMaker = (change: Change, context: EventContext) => PushedEvent | undefined;
