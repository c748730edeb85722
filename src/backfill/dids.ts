import type { Injected, Place } from './injected.ts';
import type { QueueEntry } from './queue-log.ts';

/** Calls of which it is kept, and lines of one call. */
const MOST_CALLS = 500;
const MOST_LINES = 10;

/** A number that was called, and where the log says so. */
export type KeptDid = readonly [uniqueid: string, did: string, place?: Place];

/** The number that was called from outside, where the dialplan writes it into the log of queues (`DID`, as FreePBX does). */
export class Dids {
  /** By the Uniqueid of who called it, the oldest first. */
  readonly #dids = new Map<string, KeptDid[]>();

  get kept(): readonly KeptDid[] {
    return [...this.#dids.values()].flat();
  }

  restore(kept: readonly KeptDid[]): void {
    for (const did of kept) this.#note(did);
  }

  /** Takes a line, of whatever event. */
  line({ event, uniqueid, data: [did = ''] }: QueueEntry, place: Place): void {
    if (event === 'DID' && /^\+?\w{1,40}$/.test(did)) this.#note([uniqueid, did, place]);
  }

  /** `''`: nobody knows. What may be of another caller counts last, and what is theirs not at all. */
  of(uniqueid: string, injected: Pick<Injected, 'has'>): string {
    const own = (this.#dids.get(uniqueid) ?? []).filter(([, , place]) => place === undefined || !injected.has(place));
    const sure = own.find(([, , place]) => place === undefined || place.behind.length === 0);
    return (sure ?? own[0])?.[1] ?? '';
  }

  #note(did: KeptDid): void {
    const [uniqueid] = did;
    this.#dids.set(uniqueid, [...(this.#dids.get(uniqueid) ?? []), did].slice(0, MOST_LINES));
    const [oldest] = this.#dids.keys();
    if (this.#dids.size > MOST_CALLS && oldest !== undefined) this.#dids.delete(oldest);
  }
}
