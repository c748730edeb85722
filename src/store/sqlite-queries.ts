import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { pageSize } from './sqlite-file.ts';
import { stateCode } from './sqlite-schema.ts';
import { RecordSearch } from './sqlite-search.ts';
import type { RecordPage, StoredRecord } from './stored-record.ts';

/** What became of a record at one receiver. */
export type DeliveryState = 'pending' | 'delivered' | 'dead';

/** One record at one of its receivers; times in milliseconds since 1970. */
export interface StoredDelivery {
  readonly seq: number;
  readonly receiver: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Error of the last attempt; `''` if it succeeded or there was none. */
  readonly error: string;
  /** Time of the last attempt, or when the record was taken or replayed. */
  readonly changedAt: number;
  readonly replayedAt: number | undefined;
  readonly id: string;
  readonly event: string;
  readonly callId: string;
  readonly createdAt: number;
}

/** Which records are wanted. */
export interface RecordFilter {
  readonly events: readonly string[];
  /** Only those of this extension; `undefined`: everybody's. */
  readonly extension?: string | undefined;
}

/** Which deliveries are wanted; `undefined` stands for any. */
export interface DeliveryFilter {
  readonly state: DeliveryState | undefined;
  readonly receiver: string | undefined;
  readonly events: readonly string[] | undefined;
}

/** The next deliveries, newest records first; `last` and `more` as in `RecordPage`. */
export interface DeliveryPage {
  readonly deliveries: readonly StoredDelivery[];
  readonly last: number;
  readonly more: boolean;
}

/** Rows read at once: this bounds how long one read holds up the event loop. */
const mostLookedAt = 500;
/** Rows in reserve, so that the last record of a read comes with all its receivers: more than a box has. */
const lastRecordReserve = 100;
/** Bytes of bodies in one read; a single larger body is still returned. */
const mostBytes = 128 * 1024;

const stateNames: readonly DeliveryState[] = ['pending', 'dead', 'delivered'];

const deliveryColumns = `SELECT d.seq, d.receiver, d.state, d.attempts, d.error, d.changed_at, d.replayed_at,
  r.id, r.event, r.call_id, r.created_at`;

interface DeliveryRow {
  seq: number;
  receiver: string;
  state: number;
  attempts: number;
  error: string;
  changed_at: number;
  replayed_at: number | null;
  id: string;
  event: string;
  call_id: string;
  created_at: number;
}

/** Reads for people and programs, bounded in time and memory. All methods throw what SQLite throws. */
export class Queries {
  /** Identifies this file: sequence numbers of another one mean nothing here. */
  readonly storeId: string;
  readonly search: RecordSearch;
  readonly #newest: StatementSync;
  readonly #oldest: StatementSync;
  readonly #pages: StatementSync;
  readonly #seqOf: StatementSync;
  readonly #records: StatementSync;
  readonly #deliveries: StatementSync;
  readonly #deliveriesOf: StatementSync;
  readonly #firstReceiver: StatementSync;
  readonly #nextReceiver: StatementSync;
  readonly #oldestPending: StatementSync;
  readonly #ofRecording: StatementSync;
  readonly #ofCall: StatementSync;

  constructor(db: DatabaseSync) {
    this.storeId = (db.prepare('SELECT id FROM store').get() as { id: string }).id;
    this.search = new RecordSearch(db);
    this.#newest = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'record'");
    this.#oldest = db.prepare('SELECT min(seq) AS seq FROM record');
    this.#pages = db.prepare(
      'SELECT page_count - freelist_count AS used FROM pragma_page_count(), pragma_freelist_count()',
    );
    this.#seqOf = db.prepare('SELECT seq FROM record WHERE id = ?');
    // Do not read bodies of other records: a long one lies on pages of its own.
    this.#records = db.prepare(
      `SELECT seq, id, event, call_id, created_at, CASE WHEN instr(?, ' ' || event || ' ') AND (? = '' OR instr(extensions, ?)) THEN body END AS body
       FROM record WHERE seq > ? ORDER BY seq LIMIT ${mostLookedAt}`,
    );
    this.#ofRecording = db.prepare('SELECT 1 FROM record WHERE recording = ? AND instr(extensions, ?) LIMIT 1');
    this.#ofCall = db.prepare(
      "SELECT 1 FROM record WHERE seq > ? AND seq <= ? AND call_id = ? AND (? = '' OR instr(extensions, ?)) LIMIT 1",
    );
    this.#deliveries = db.prepare(
      `${deliveryColumns} FROM delivery d CROSS JOIN record r ON r.seq = d.seq
       WHERE d.seq < ? ORDER BY d.seq DESC, d.receiver LIMIT ${mostLookedAt}`,
    );
    this.#deliveriesOf = db.prepare(
      `${deliveryColumns} FROM delivery d INDEXED BY delivery_open CROSS JOIN record r ON r.seq = d.seq
       WHERE d.receiver = ? AND d.state = ? AND d.state < 2 AND d.seq < ? ORDER BY d.seq DESC LIMIT ${mostLookedAt}`,
    );
    this.#nextReceiver = db.prepare(
      'SELECT min(receiver) AS name FROM delivery INDEXED BY delivery_open WHERE state < 2 AND receiver > ?',
    );
    this.#oldestPending = db.prepare(
      `SELECT r.created_at AS at FROM delivery d INDEXED BY delivery_open CROSS JOIN record r ON r.seq = d.seq
       WHERE d.receiver = ? AND d.state = 0 AND d.state < 2 ORDER BY d.seq LIMIT 1`,
    );
    this.#firstReceiver = db.prepare(
      'SELECT min(receiver) AS name FROM delivery INDEXED BY delivery_open WHERE state < 2',
    );
  }

  /** Sequence number of the newest record that ever existed. */
  get newest(): number {
    return (this.#newest.get() as { seq: number } | undefined)?.seq ?? 0;
  }

  /** Sequence number of the oldest record left; beyond the newest if there is none. */
  get oldest(): number {
    return (this.#oldest.get() as { seq: number | null }).seq ?? this.newest + 1;
  }

  /** When the oldest record that waits for a receiver was made, in milliseconds since 1970; `undefined`: none waits. */
  oldestPending(receiver: string): number | undefined {
    return (this.#oldestPending.get(receiver) as { at: number } | undefined)?.at;
  }

  /** Bytes in use, without the free pages of the file. */
  get used(): number {
    return (this.#pages.get() as { used: number }).used * pageSize;
  }

  /** Sequence numbers of the records with these ids, ascending, and the ids that no record has. */
  find(ids: readonly string[]): { readonly seqs: readonly number[]; readonly unknown: readonly string[] } {
    const found = ids.map((id) => ({ id, seq: (this.#seqOf.get(id) as { seq: number } | undefined)?.seq }));
    const seqs = found.flatMap(({ seq }) => seq ?? []).sort((a, b) => a - b);
    return { seqs, unknown: found.flatMap(({ id, seq }) => (seq === undefined ? id : [])) };
  }

  /**
   * At most `limit` of these records beyond `after`, oldest first, with bodies of at most `room` bytes in all.
   * `isFirst`: the first one is returned even if it alone is larger.
   */
  records(
    after: number,
    { events, extension }: RecordFilter,
    limit: number,
    room: number,
    isFirst: boolean,
  ): RecordPage {
    const records: StoredRecord[] = [];
    let last = after;
    let looked = 0;
    let bytes = 0;
    const owner = extension === undefined ? '' : ` ${extension} `;
    const rows = this.#records.iterate(` ${events.join(' ')} `, owner, owner, after) as Iterable<{
      seq: number;
      id: string;
      event: string;
      call_id: string;
      created_at: number;
      body: string | null;
    }>;
    for (const { seq, id, event, call_id: callId, created_at: createdAt, body } of rows) {
      const size = Buffer.byteLength(body ?? '');
      const isBeyond = bytes + size > room && !(isFirst && records.length === 0);
      if (isBeyond || records.length === limit) return { records, last, more: true, bytes, isFull: true };
      if (records.length > 0 && bytes + size > mostBytes) return { records, last, more: true, bytes, isFull: false };
      bytes += size;
      if (body !== null) records.push({ seq, id, event, callId, createdAt, body });
      last = seq;
      looked++;
    }
    return { records, last, more: looked === mostLookedAt, bytes, isFull: false };
  }

  /** Whether a record of this extension names this recording. */
  isRecordingOf(recording: string, extension: string): boolean {
    return this.#ofRecording.get(recording, ` ${extension} `) !== undefined;
  }

  /**
   * Whether one of the records up to the sequence number `last` is of this call, and of this extension (`undefined`: of
   * anybody). It looks at a few hundred; `next` is where to go on.
   */
  isCallOf(
    callId: string,
    extension: string | undefined,
    last: number,
  ): { readonly is: boolean; readonly next: number } {
    const owner = extension === undefined ? '' : ` ${extension} `;
    const next = Math.max(0, last - mostLookedAt);
    return { is: this.#ofCall.get(next, last, callId, owner, owner) !== undefined, next };
  }

  /**
   * About `limit` deliveries of records before the sequence number `before`, newest records first. All deliveries of the
   * last record are included.
   */
  deliveries({ state, receiver, events }: DeliveryFilter, before: number, limit: number): DeliveryPage {
    const deliveries: StoredDelivery[] = [];
    let last = before;
    let looked = 0;
    const rows = state === 'pending' || state === 'dead' ? this.#open(state, receiver, before) : this.#any(before);
    for (const row of rows) {
      if (deliveries.length >= limit && row.seq !== last) return { deliveries, last, more: true };
      if (looked >= mostLookedAt - lastRecordReserve && row.seq !== last) return { deliveries, last, more: true };
      looked++;
      last = row.seq;
      const isOf = receiver === undefined || row.receiver === receiver;
      const isIn = state === undefined || row.state === stateCode[state];
      if (isOf && isIn && (events?.includes(row.event) ?? true)) deliveries.push(createDelivery(row));
    }
    return { deliveries, last, more: false };
  }

  /** Receivers with open deliveries. One index lookup each: the index may hold 100,000 rows of one receiver. */
  #receivers(): string[] {
    const names: string[] = [];
    let { name } = this.#firstReceiver.get() as { name: string | null };
    while (name !== null) {
      names.push(name);
      ({ name } = this.#nextReceiver.get(name) as { name: string | null });
    }
    return names;
  }

  #any(before: number): Iterable<DeliveryRow> {
    return this.#deliveries.iterate(before) as Iterable<DeliveryRow>;
  }

  /** Uses the index of open deliveries, which are usually few among all that were delivered. */
  #open(state: 'pending' | 'dead', receiver: string | undefined, before: number): DeliveryRow[] {
    const names = receiver === undefined ? this.#receivers() : [receiver];
    const rows = names.flatMap(
      (name) => this.#deliveriesOf.all(name, stateCode[state], before) as unknown as DeliveryRow[],
    );
    if (names.length === 1) return rows;
    return rows.sort((a, b) => b.seq - a.seq || (a.receiver < b.receiver ? -1 : 1)).slice(0, mostLookedAt);
  }
}

function createDelivery(row: DeliveryRow): StoredDelivery {
  const { seq, receiver, state, attempts, error, id, event } = row;
  return {
    seq,
    receiver,
    state: stateNames[state] ?? 'pending',
    attempts,
    error,
    changedAt: row.changed_at,
    replayedAt: row.replayed_at ?? undefined,
    id,
    event,
    callId: row.call_id,
    createdAt: row.created_at,
  };
}
