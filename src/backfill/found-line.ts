import type { Place } from './injected.ts';
import type { FoundRows } from './queue-call.ts';
import type { QueueEntry } from './queue-log.ts';

/** A line of the log of queues about a caller, and where it stands. */
export interface FoundLine {
  readonly line: string;
  readonly entry: QueueEntry;
  readonly place: Place;
}

/** Whether the caller joins a queue there. */
export function isJoin({ entry }: FoundLine): boolean {
  return entry.event === 'ENTERQUEUE';
}

/** Whether another caller may have written it. */
export function isDoubtful({ place }: FoundLine): boolean {
  return place.behind.length > 0;
}

/** Whether a row of a call tells that it was in one of the queues that its lines name. */
export function isOfQueue(rows: FoundRows | undefined, found: readonly FoundLine[]): boolean {
  return rows?.legs.some(({ queue }) => found.some(({ entry }) => entry.queue === queue)) === true;
}
