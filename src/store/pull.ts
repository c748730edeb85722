import { Refusal } from '../system/refusal.ts';
import { WorkQueue } from '../system/work-queue.ts';
import { StoreError } from './store-error.ts';
import type { DeliveryFilter, Queries, StoredDelivery, StoredRecord } from './sqlite-queries.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** What is read of the store: a page, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly (T & { readonly cursor: string })[];
  readonly next: string;
  /** There may be more beyond `next` now. */
  readonly more: boolean;
  /**
   * The cursor was of a store that is gone (set aside as damaged, or put back from a backup): this page is the first of
   * the store that there is, and what lay between may be missing.
   */
  readonly reset: boolean;
}

/** A page of records. */
export interface RecordsPage extends Page<StoredRecord> {
  /** Some between the cursor and this page are gone: they were older than records are kept, or made room for others. */
  readonly expired: boolean;
}

/** Which records are pulled. */
export interface RecordsWanted {
  readonly since: string | undefined;
  readonly events: readonly string[];
  readonly limit: number;
}

/** Which deliveries are listed. */
export interface DeliveriesWanted extends DeliveryFilter {
  readonly before: string | undefined;
  readonly limit: number;
}

/** Looks at the store for one page; the page ends there, and the next one goes on. */
const mostLooks = 12;
/** Bytes of bodies in one page, if it is not a single one. */
const mostBytes = 1024 * 1024;
/** Pages that wait until those before them are made. */
const mostWaiting = 32;

/**
 * The store as programs read it over HTTP: one page is made at a time, by short looks between which all else has its
 * turn. All reject with Refusal `unavailable` when it cannot be read, or when too many ask at once.
 */
export class Pull {
  readonly #store: Pick<SqliteStore, 'query'>;
  readonly #turns = new WorkQueue(mostWaiting);

  constructor(store: Pick<SqliteStore, 'query'>) {
    this.#store = store;
  }

  /** Records in the order of the store, oldest first. */
  async records({ since, events, limit }: RecordsWanted): Promise<RecordsPage> {
    let isExpired = false;
    let bytes = 0;
    const page = await this.#page<StoredRecord>({
      begin(queries) {
        const { seq = 0, reset } = placeOf(queries, since, queries.newest);
        // Every place was a record's: what is missing before the oldest was there.
        isExpired = since !== undefined && !reset && seq + 1 < queries.oldest;
        return { seq, reset };
      },
      look(queries, after, found) {
        const { records, ...rest } = queries.records(after, events, limit - found, mostBytes - bytes, found === 0);
        bytes += rest.bytes;
        return { rows: records, ...rest };
      },
    });
    return { ...page, expired: isExpired };
  }

  /** Deliveries, those of the newest records first. */
  deliveries({ before, limit, ...filter }: DeliveriesWanted): Promise<Page<StoredDelivery>> {
    return this.#page<StoredDelivery>({
      begin(queries) {
        const end = queries.newest + 1;
        const { seq = end, reset } = placeOf(queries, before, end);
        return { seq, reset };
      },
      look(queries, place, found) {
        const { deliveries, last, more } = queries.deliveries(filter, place, limit - found);
        return { rows: deliveries, last, more, isFull: found + deliveries.length >= limit };
      },
    });
  }

  #page<T extends { readonly seq: number }>(walk: Walk<T>): Promise<Page<T>> {
    return this.#turns.run(() => this.#walk(walk));
  }

  async #walk<T extends { readonly seq: number }>({ begin, look }: Walk<T>): Promise<Page<T>> {
    const { storeId, seq, reset } = await this.#ask((queries) => ({ storeId: queries.storeId, ...begin(queries) }));
    const rows: T[] = [];
    let last = seq;
    let more = true;
    for (let looks = 0; more && looks < mostLooks; looks++) {
      if (looks > 0) await new Promise((resolve) => setImmediate(resolve));
      const found = await this.#ask((queries) =>
        // Set aside meanwhile: the page ends here, and the next one begins anew.
        queries.storeId === storeId ? look(queries, last, rows.length) : undefined,
      );
      if (found === undefined) break;
      rows.push(...found.rows);
      ({ last, more } = found);
      if (found.isFull) break;
    }
    return pageOf(storeId, rows, last, more, reset);
  }

  async #ask<T>(question: (queries: Queries) => T): Promise<T> {
    try {
      return await this.#store.query(question);
    } catch (error) {
      throw unreadable(error);
    }
  }
}

/** How one page is made: where it begins, and each look from one place on. */
interface Walk<T> {
  readonly begin: (queries: Queries) => { readonly seq: number; readonly reset: boolean };
  readonly look: (
    queries: Queries,
    place: number,
    found: number,
  ) => { readonly rows: readonly T[]; readonly last: number; readonly more: boolean; readonly isFull: boolean };
}

/** What a client is told of a store that fails; any other error stays what it is. */
export function unreadable(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return new Refusal('unavailable', `the store fails: ${error.message}`, { retryAfter: 5, cause: error });
}

/** Where a cursor leads, `most` at most; without `seq`: to the beginning. */
function placeOf(
  { storeId }: Queries,
  text: string | undefined,
  most: number,
): { readonly seq?: number; readonly reset: boolean } {
  if (text === undefined) return { reset: false };
  const cursor = parseCursor(text);
  // Beyond the newest: the store was put back from a backup, and its places are given anew.
  const isKnown = cursor?.storeId === storeId && cursor.seq <= most;
  return isKnown ? { seq: cursor.seq, reset: false } : { reset: true };
}

function pageOf<T extends { readonly seq: number }>(
  storeId: string,
  rows: readonly T[],
  last: number,
  more: boolean,
  reset: boolean,
): Page<T> {
  const items = rows.map((row) => ({ ...row, cursor: formatCursor({ storeId, seq: row.seq }) }));
  return { items, next: formatCursor({ storeId, seq: last }), more, reset };
}

/** A place in the order of one store's file, as clients keep it: it means nothing in another one's. */
export interface Cursor {
  readonly storeId: string;
  readonly seq: number;
}

/** `3f9ac21b-1842` */
export function formatCursor({ storeId, seq }: Cursor): string {
  return `${storeId}-${seq}`;
}

/** The cursor that a text is; `undefined` when it is none. */
export function parseCursor(text: string): Cursor | undefined {
  const [, storeId, digits] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(text) ?? [];
  return storeId === undefined || digits === undefined ? undefined : { storeId, seq: Number(digits) };
}
