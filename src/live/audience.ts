import { createHash } from 'node:crypto';
import type { Chronicle } from './chronicle.ts';
import type { Filter } from './filter.ts';
import { textOf } from './filter.ts';

/** What a reader is sent, and how far it takes it. */
export interface Piece {
  readonly bytes: Buffer;
  /** It holds a snapshot. */
  readonly isWhole: boolean;
  /** Number of the newest event that the reader knows with it. */
  readonly to: number;
}

/** Readers who get the same: what was made for one of them is sent to the others too. */
export class Audience {
  readonly filter: Filter;
  readers = 0;
  readonly #chronicle: Chronicle;
  /** Begins their ids; a reader that comes back with another filter, or after a restart, is told everything anew. */
  readonly #prefix: string;
  #made: (Piece & { readonly from: number; readonly wanted: number }) | undefined;

  /** `stamp` is another one in each process. */
  constructor(filter: Filter, chronicle: Chronicle, stamp: string) {
    this.filter = filter;
    this.#chronicle = chronicle;
    const tag = createHash('sha256').update(textOf(filter)).digest('hex').slice(0, 6);
    this.#prefix = `${stamp}.${tag}-`;
  }

  /** Where a reader that comes back goes on; `undefined`: what it missed is not known any more. */
  placeOf(lastId: string): number | undefined {
    const text = lastId.startsWith(this.#prefix) ? lastId.slice(this.#prefix.length) : '';
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return this.#chronicle.knows(number) ? number : undefined;
  }

  /** What a reader lacks from event `from` up to event `to`, or more where it is told the whole. */
  pieceFor(from: number, to: number): Piece {
    if (this.#made?.from !== from || this.#made.wanted !== to) {
      const { events, isWhole, to: last } = this.#chronicle.told(this.filter, from, to);
      let text = '';
      for (const { number, event, data } of events)
        text += `id: ${this.#prefix}${number}\nevent: ${event}\ndata: ${data}\n\n`;
      this.#made = { from, wanted: to, bytes: Buffer.from(text), isWhole, to: last };
    }
    return this.#made;
  }

  /** Frees what was made last. */
  forget(): void {
    this.#made = undefined;
  }
}

/** The audiences that have readers. */
export class Audiences {
  readonly #byFilter = new Map<string, Audience>();
  readonly #chronicle: Chronicle;
  readonly #stamp: string;

  constructor(chronicle: Chronicle, stamp: string) {
    this.#chronicle = chronicle;
    this.#stamp = stamp;
  }

  /** One more reader has this filter. */
  enter(filter: Filter): Audience {
    const text = textOf(filter);
    const audience = this.#byFilter.get(text) ?? new Audience(filter, this.#chronicle, this.#stamp);
    this.#byFilter.set(text, audience);
    audience.readers++;
    return audience;
  }

  leave(audience: Audience): void {
    if (--audience.readers === 0) this.#byFilter.delete(textOf(audience.filter));
  }

  forget(): void {
    for (const audience of this.#byFilter.values()) audience.forget();
  }
}
