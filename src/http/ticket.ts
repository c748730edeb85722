import type { Purpose } from '../users/tickets.ts';
import type { TicketUse } from './route.ts';

/** The ticket in a query, as it stands there: no character of one is ever encoded. `undefined`: none. */
export function ticketIn(query: string): string | undefined {
  return /(?:^|&)ticket=([\w-]{1,100})(?=&|$)/.exec(query)?.[1];
}

/** Whether a ticket is for this route; a recording's for this path, with `rest` percent-encoded as it is in the URL. */
export function isTicketFor(use: TicketUse, rest: string): (purpose: Purpose) => boolean {
  return (purpose) => {
    if (purpose.to !== use) return false;
    return purpose.to !== 'recording' || purpose.path === rest || purpose.path === decoded(rest);
  };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    // The route says what is wrong with it.
    return undefined;
  }
}
