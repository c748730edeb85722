import type { Journey } from './journey.ts';
import { openVisit } from './journey.ts';
import type { State } from './state.ts';

/** The caller left the queue they waited in, if they did: by what is known of its members then a lost call is judged. `at`: ms epoch. */
export function leaveQueue(state: State, journey: Journey, at: number): void {
  const visit = openVisit(journey);
  if (visit === undefined) return;
  visit.leftAt = at;
  visit.hadMembers = state.hasMembers(visit.queue);
}
