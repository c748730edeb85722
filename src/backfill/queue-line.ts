import type { LinePlace } from './injected.ts';
import type { CallRows } from './logged-call.ts';
import type { QueueEvent } from './queue-event.ts';

/** A line of the log of queues about a caller, and where it stands. */
export interface QueueLine {
  readonly line: string;
  readonly event: QueueEvent;
  readonly place: LinePlace;
}

/** Whether the caller joins a queue there. */
export function isJoin({ event }: QueueLine): boolean {
  return event.name === 'ENTERQUEUE';
}

/** Whether another caller may have written it. */
export function isDoubtful({ place }: QueueLine): boolean {
  return place.behind.length > 0;
}

/** Whether a row of a call tells that it was in one of the queues that its lines name. */
export function isOfQueue(rows: CallRows | undefined, found: readonly QueueLine[]): boolean {
  return rows?.legs.some(({ queue }) => found.some(({ event }) => event.queue === queue)) === true;
}
