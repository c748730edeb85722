import type { Injected, LinePlace } from './injected.ts';
import type { QueueEvent } from './queue-event.ts';

/** Most calls whose numbers are kept, and most numbers of one call. */
const mostCalls = 500;
const mostDids = 10;

/** A number that was called, and where it stands in the log. */
export type SavedDid = readonly [uniqueid: string, did: string, place?: LinePlace];

/** The numbers called from outside, where the dialplan writes them into queue_log (`DID`, as FreePBX does). */
export class Dids {
  /** By the caller's Uniqueid, the oldest first. */
  readonly #dids = new Map<string, SavedDid[]>();

  get saved(): readonly SavedDid[] {
    return [...this.#dids.values()].flat();
  }

  restore(kept: readonly SavedDid[]): void {
    for (const did of kept) this.#note(did);
  }

  /** Takes any line. */
  line({ name, uniqueid, data: [did = ''] }: QueueEvent, place: LinePlace): void {
    if (name === 'DID' && /^\+?\w{1,40}$/.test(did)) this.#note([uniqueid, did, place]);
  }

  /** `''` if unknown. A line that another caller may have written counts last; a forged one not at all. */
  of(uniqueid: string, injected: Pick<Injected, 'has'>): string {
    const own = (this.#dids.get(uniqueid) ?? []).filter(([, , place]) => place === undefined || !injected.has(place));
    const sure = own.find(([, , place]) => place === undefined || place.behind.length === 0);
    return (sure ?? own[0])?.[1] ?? '';
  }

  #note(did: SavedDid): void {
    const [uniqueid] = did;
    this.#dids.set(uniqueid, [...(this.#dids.get(uniqueid) ?? []), did].slice(0, mostDids));
    const [oldest] = this.#dids.keys();
    if (this.#dids.size > mostCalls && oldest !== undefined) this.#dids.delete(oldest);
  }
}
