import { ApiError } from '../system/api-error.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { StoreError } from './sqlite-error.ts';
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

/** The store as programs read it over HTTP. All reject with ApiError 503 when it cannot be read. */
export class Pull {
  readonly #store: Pick<SqliteStore, 'query'>;

  constructor(store: Pick<SqliteStore, 'query'>) {
    this.#store = store;
  }

  /** Records in the order of the store, oldest first. */
  records({ since, events, limit }: RecordsWanted): Promise<RecordsPage> {
    return this.#ask((queries) => {
      const { seq = 0, reset } = placeOf(queries, since, queries.newest);
      const { records, last, more } = queries.records(seq, events, limit);
      // Every place was a record's: what is missing before the oldest was there.
      const expired = since !== undefined && !reset && seq + 1 < queries.oldest;
      return { ...pageOf(queries, records, last, more, reset), expired };
    });
  }

  /** Deliveries, those of the newest records first. */
  deliveries({ before, limit, ...filter }: DeliveriesWanted): Promise<Page<StoredDelivery>> {
    return this.#ask((queries) => {
      const end = queries.newest + 1;
      const { seq = end, reset } = placeOf(queries, before, end);
      const { deliveries, last, more } = queries.deliveries(filter, seq, limit);
      return pageOf(queries, deliveries, last, more, reset);
    });
  }

  async #ask<T>(question: (queries: Queries) => T): Promise<T> {
    try {
      return await this.#store.query(question);
    } catch (error) {
      throw unreadable(error);
    }
  }
}

/** What a client is told of a store that fails; any other error stays what it is. */
export function unreadable(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return new ApiError(503, `the store fails: ${error.message}`, { 'Retry-After': '5' }, { cause: error });
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
  { storeId }: Queries,
  rows: readonly T[],
  last: number,
  more: boolean,
  reset: boolean,
): Page<T> {
  const items = rows.map((row) => ({ ...row, cursor: formatCursor({ storeId, seq: row.seq }) }));
  return { items, next: formatCursor({ storeId, seq: last }), more, reset };
}
