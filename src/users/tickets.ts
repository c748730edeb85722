import { randomBytes } from 'node:crypto';
import { Refusal } from '../system/refusal.ts';
import type { Session } from './session.ts';

/**
 * What a ticket is for: the live stream; one recording, by the path that its record carried; or a page, which signs in
 * with it as this user.
 */
export type Purpose =
  | { readonly to: 'stream' }
  | { readonly to: 'recording'; readonly path: string }
  | { readonly to: 'page'; readonly user: string };

/** A ticket that was used. */
export interface Used {
  /** Of who got it. */
  readonly session: Session;
  readonly purpose: Purpose;
}

/** Seconds within which a ticket must be used. */
export const ticketSeconds = 60;

/** Tickets that one user may have at once: a page that shows a list of recordings asks for many. */
const mostOfOne = 100;
const mostOfAll = 1_000;

interface Ticket {
  readonly session: Session;
  readonly purpose: Purpose;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * Leaves to do one thing once, for clients that cannot send a header (EventSource, `<audio>`, `<img>`): they may stand in
 * a URL, since they are worth nothing when they are read in a log. In memory only.
 */
export class Tickets {
  /** Oldest first. */
  readonly #tickets = new Map<string, Ticket>();

  /** @throws {Refusal} `unavailable` while too many are not used */
  issue(session: Session, purpose: Purpose, now: number): string {
    this.#forgetOld(now);
    const own = [...this.#tickets.values()].filter(
      ({ session: { identity } }) => identity.name === session.identity.name,
    );
    if (own.length >= mostOfOne || this.#tickets.size >= mostOfAll) {
      throw new Refusal('unavailable', 'too many tickets are not used yet', { retryAfter: 5 });
    }
    const text = randomBytes(24).toString('base64url');
    this.#tickets.set(text, { session, purpose, until: now + ticketSeconds * 1000 });
    return text;
  }

  /** The ticket, if it is for this. */
  see(text: string, wanted: (purpose: Purpose) => boolean, now: number): Used | undefined {
    this.#forgetOld(now);
    const found = this.#tickets.get(text);
    return found !== undefined && wanted(found.purpose) ? found : undefined;
  }

  /** As `see`, and it is used up then. A ticket for something else stays as it is. */
  use(text: string, wanted: (purpose: Purpose) => boolean, now: number): Used | undefined {
    const found = this.see(text, wanted, now);
    if (found !== undefined) this.#tickets.delete(text);
    return found;
  }

  #forgetOld(now: number): void {
    for (const [text, { until }] of this.#tickets) {
      // The clock may be set back: none lives longer than a new one would.
      if (until > now && until <= now + ticketSeconds * 1000) continue;
      this.#tickets.delete(text);
    }
  }
}
