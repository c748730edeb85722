import type { CallerPath } from './caller-path.ts';
import { openQueueVisit } from './caller-path.ts';
import type { State } from './state.ts';

/** The caller left the queue they waited in, if they did: by what is known of its members then a lost call is judged. `at`: ms epoch. */
export function leaveQueue(state: State, callerPath: CallerPath, at: number): void {
  const visit = openQueueVisit(callerPath);
  if (visit === undefined) return;
  visit.leftAt = at;
  visit.hadMembers = state.hasMembers(visit.queue);
}
