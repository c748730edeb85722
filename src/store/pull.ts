import { Refusal } from '../system/refusal.ts';
import { WorkQueue } from '../system/work-queue.ts';
import { StoreError } from './store-error.ts';
import type { StoredAccess } from './access.ts';
import type { DeliveryFilter, Queries, RecordFilter, StoredDelivery } from './sqlite-queries.ts';
import type { SearchFilter } from './sqlite-search.ts';
import type { SqliteStore } from './sqlite-store.ts';
import type { StoredRecord } from './stored-record.ts';

/** One page of what is stored, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly (T & { readonly cursor: string })[];
  readonly next: string;
  /** There may already be more beyond `next`. */
  readonly more: boolean;
  /**
   * The cursor belonged to a store that is gone (set aside as damaged, or replaced by a backup): this is the first page of
   * the present store, and records in between may be missing.
   */
  readonly reset: boolean;
}

/** A page of records. */
export interface RecordsPage extends Page<StoredRecord> {
  /** Records between the cursor and this page were deleted: they had been kept long enough, or made room for others. */
  readonly expired: boolean;
}

/** Which records a client pulls. */
export interface RecordsWanted extends RecordFilter {
  readonly since: string | undefined;
  readonly limit: number;
}

/** Which records a client searches for. */
export interface SearchWanted extends SearchFilter {
  readonly before: string | undefined;
  readonly limit: number;
}

/** Which deliveries a client lists. */
export interface DeliveriesWanted extends DeliveryFilter {
  readonly before: string | undefined;
  readonly limit: number;
}

/** Which rows of the access log a client pulls. */
export interface AccessesWanted {
  readonly since: string | undefined;
  readonly limit: number;
  /** Only those of this recording. */
  readonly path?: string | undefined;
}

/** Short reads of the store for one page. The page ends there even if it is not full. */
const mostLooks = 12;
/** The same for a call: some hundred records each. */
const mostLooksForCall = 20;
/** Bytes of bodies in one page; a single larger body is still sent. */
const mostBytes = 1024 * 1024;
/** Pages that may wait for their turn. */
const mostWaiting = 32;

/**
 * The store as programs read it over HTTP. Pages are made one at a time, in short reads, so that other work gets its turn
 * in between. All methods reject with Refusal `unavailable` if the store cannot be read or too many clients ask at once.
 */
export class Pull {
  readonly #store: Pick<SqliteStore, 'query' | 'accesses'>;
  readonly #turns = new WorkQueue(mostWaiting);

  constructor(store: Pick<SqliteStore, 'query' | 'accesses'>) {
    this.#store = store;
  }

  /** Records in the order of the store, oldest first. */
  async records({ since, limit, ...filter }: RecordsWanted): Promise<RecordsPage> {
    let isExpired = false;
    let bytes = 0;
    const page = await this.#page<StoredRecord>({
      begin(queries) {
        const { seq = 0, reset } = startOf(queries, since, queries.newest);
        // Every sequence number was given to a record, so a gap before the oldest means deleted ones.
        isExpired = since !== undefined && !reset && seq + 1 < queries.oldest;
        return { seq, reset };
      },
      look(queries, after, found) {
        const { records, ...rest } = queries.records(after, filter, limit - found, mostBytes - bytes, found === 0);
        bytes += rest.bytes;
        return { rows: records, ...rest };
      },
    });
    return { ...page, expired: isExpired };
  }

  /** Records that have what is searched for, the newest first. */
  search({ before, limit, ...filter }: SearchWanted): Promise<Page<StoredRecord>> {
    let bytes = 0;
    return this.#page<StoredRecord>({
      begin(queries) {
        const end = queries.newest + 1;
        const { seq = end, reset } = startOf(queries, before, end);
        return { seq, reset };
      },
      look(queries, from, found) {
        const { records, ...rest } = queries.search.before(from, filter, limit - found, bytes);
        bytes += rest.bytes;
        return { rows: records, ...rest };
      },
    });
  }

  /** Whether a recording is of a call in which this extension took part: whether a record that is its own names it. */
  isRecordingOf(recording: string, extension: string): Promise<boolean> {
    return readStore(this.#store, (queries) => queries.isRecordingOf(recording, extension));
  }

  /** Whether one of the newest records is of this call, and of this extension (`undefined`: of anybody). */
  isCallOf(callId: string, extension: string | undefined): Promise<boolean> {
    return this.#turns.run(async () => {
      let last = await readStore(this.#store, ({ newest }) => newest);
      for (let looks = 0; last > 0 && looks < mostLooksForCall; looks++) {
        if (looks > 0) await new Promise((resolve) => setImmediate(resolve));
        const { is, next } = await readStore(this.#store, (queries) => queries.isCallOf(callId, extension, last));
        if (is) return true;
        last = next;
      }
      return false;
    });
  }

  /** Deliveries, newest records first. */
  deliveries({ before, limit, ...filter }: DeliveriesWanted): Promise<Page<StoredDelivery>> {
    return this.#page<StoredDelivery>({
      begin(queries) {
        const end = queries.newest + 1;
        const { seq = end, reset } = startOf(queries, before, end);
        return { seq, reset };
      },
      look(queries, before, found) {
        const { deliveries, last, more } = queries.deliveries(filter, before, limit - found);
        return { rows: deliveries, last, more, isFull: found + deliveries.length >= limit };
      },
    });
  }

  /** Who heard which recording, oldest first. A playback that went on comes again, under the same id. */
  async accesses({ since, limit, path }: AccessesWanted): Promise<Page<StoredAccess>> {
    let start: { readonly seq: number; readonly reset: boolean } = { seq: 0, reset: false };
    const begin = (newest: number, storeId: string): number => {
      const cursor = parseCursor(since ?? '');
      const isKnown = cursor?.storeId === storeId && cursor.seq <= newest;
      start = { seq: isKnown ? cursor.seq : 0, reset: since !== undefined && !isKnown };
      return start.seq;
    };
    try {
      // One row more than a page has tells whether there is more.
      const { storeId, rows } = await this.#turns.run(() => this.#store.accesses(begin, limit + 1, path));
      const shown = rows.slice(0, limit);
      return pageOf(storeId, shown, shown.at(-1)?.seq ?? start.seq, rows.length > limit, start.reset);
    } catch (error) {
      throw asRefusal(error);
    }
  }

  #page<T extends { readonly seq: number }>(walk: Walk<T>): Promise<Page<T>> {
    return this.#turns.run(() => this.#walk(walk));
  }

  async #walk<T extends { readonly seq: number }>({ begin, look }: Walk<T>): Promise<Page<T>> {
    const { storeId, seq, reset } = await readStore(this.#store, (queries) => ({
      storeId: queries.storeId,
      ...begin(queries),
    }));
    const rows: T[] = [];
    let last = seq;
    let more = true;
    for (let looks = 0; more && looks < mostLooks; looks++) {
      if (looks > 0) await new Promise((resolve) => setImmediate(resolve));
      const found = await readStore(this.#store, (queries) =>
        // If the file was set aside meanwhile, the page ends here and the next one begins with the new file.
        queries.storeId === storeId ? look(queries, last, rows.length) : undefined,
      );
      if (found === undefined) break;
      rows.push(...found.rows);
      ({ last, more } = found);
      if (found.isFull) break;
    }
    return pageOf(storeId, rows, last, more, reset);
  }
}

/** How one page is made: where it begins, and a short read from a given sequence number on. */
interface Walk<T> {
  readonly begin: (queries: Queries) => { readonly seq: number; readonly reset: boolean };
  readonly look: (
    queries: Queries,
    from: number,
    found: number,
  ) => { readonly rows: readonly T[]; readonly last: number; readonly more: boolean; readonly isFull: boolean };
}

/** Reads the store's file. Rejects with Refusal `unavailable` if the store fails. */
export async function readStore<T>(store: Pick<SqliteStore, 'query'>, question: (queries: Queries) => T): Promise<T> {
  try {
    return await store.query(question);
  } catch (error) {
    throw asRefusal(error);
  }
}

/** What a client is told if the store fails; any other error stays what it is. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return new Refusal('unavailable', `the store fails: ${error.message}`, { retryAfter: 5, cause: error });
}

/** The sequence number of a cursor, valid up to `most`; without `seq`, reading starts at the beginning. */
function startOf(
  { storeId }: Queries,
  text: string | undefined,
  most: number,
): { readonly seq?: number; readonly reset: boolean } {
  if (text === undefined) return { reset: false };
  const cursor = parseCursor(text);
  // Beyond the newest: the store was restored from a backup, and gives these sequence numbers a second time.
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

/** A position in one store's file, as clients keep it. It means nothing in another file. */
export interface Cursor {
  readonly storeId: string;
  readonly seq: number;
}

/** `3f9ac21b-1842` */
export function formatCursor({ storeId, seq }: Cursor): string {
  return `${storeId}-${seq}`;
}

/** Parses a cursor; `undefined` if the text is not one. */
export function parseCursor(text: string): Cursor | undefined {
  const [, storeId, digits] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(text) ?? [];
  return storeId === undefined || digits === undefined ? undefined : { storeId, seq: Number(digits) };
}
