import type { LinePlace } from './injected.ts';
import type { CallRows } from './logged-call.ts';
import type { QueueEvent } from './queue-event.ts';

/** A line of queue_log about a caller, and where it stands. */
export interface QueueLine {
  readonly line: string;
  readonly event: QueueEvent;
  readonly place: LinePlace;
}

/** Whether the line tells that the caller joined a queue. */
export function isJoin({ event }: QueueLine): boolean {
  return event.name === 'ENTERQUEUE';
}

/** Whether another caller may have written the line. */
export function isDoubtful({ place }: QueueLine): boolean {
  return place.behind.length > 0;
}

/** Whether the rows of a call name one of the queues that its lines name. */
export function isOfQueue(rows: CallRows | undefined, found: readonly QueueLine[]): boolean {
  return rows?.legs.some(({ queue }) => found.some(({ event }) => event.queue === queue)) === true;
}
