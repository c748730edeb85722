import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Entry, Mark, PendingRecord, StoreCounts } from './store.ts';
import { clockUnset } from './store.ts';
import { Inspection } from './sqlite-inspection.ts';
import { Queries } from './sqlite-queries.ts';
import { Replays } from './sqlite-replays.ts';
import type { ReplayedSlice, Selection } from './sqlite-replays.ts';
import { stateCode } from './sqlite-schema.ts';

/** One change of the store. */
export type StoreChange =
  | { readonly kind: 'add'; readonly entry: Entry; readonly receivers: readonly string[] }
  | { readonly kind: 'mark'; readonly receiver: string; readonly id: string; readonly mark: Mark }
  | { readonly kind: 'checkpoint'; readonly name: string; readonly text: string };

/** A delivery that was let go of before it was made. */
export interface DroppedDelivery {
  readonly receiver: string;
  readonly id: string;
}

type OpenState = 'pending' | 'dead';
type OpenCounts = Record<OpenState, number>;

/** Characters of an error that are kept. */
const mostErrorText = 500;

/** The statements of the store on an open file. All throw what SQLite throws, and then nothing has changed. */
export class Rows {
  /** What is read for people and programs. */
  readonly queries: Queries;
  readonly #db: DatabaseSync;
  readonly #replays: Replays;
  readonly #counts = new Map<string, OpenCounts>();
  /** Of the transaction under way. */
  #deltas: [receiver: string, state: OpenState, by: number][] = [];
  readonly #inspection: Inspection;
  readonly #insertRecord: StatementSync;
  readonly #insertDelivery: StatementSync;
  readonly #findDelivery: StatementSync;
  readonly #updateDelivery: StatementSync;
  readonly #finish: StatementSync;
  readonly #has: StatementSync;
  readonly #pending: StatementSync;
  readonly #aged: StatementSync;
  readonly #oldestDone: StatementSync;
  readonly #oldestDead: StatementSync;
  readonly #oldestOf: StatementSync;
  readonly #openOf: StatementSync;
  readonly #deleteDelivery: StatementSync;
  readonly #deleteDeliveries: StatementSync;
  readonly #deleteRecord: StatementSync;
  readonly #note: StatementSync;
  readonly #setCheckpoint: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#inspection = new Inspection(db);
    this.queries = new Queries(db);
    this.#replays = new Replays(db);
    this.#insertRecord = db.prepare(
      'INSERT INTO record (id, event, call_id, body, created_at, done_at) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#insertDelivery = db.prepare(
      `INSERT INTO delivery (seq, receiver, state, attempts, error, changed_at) VALUES (?, ?, ${stateCode.pending}, 0, '', ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#findDelivery = db.prepare(
      `SELECT d.seq, d.state FROM record r JOIN delivery d ON d.seq = r.seq
       WHERE r.id = ? AND d.receiver = ? AND d.state <> ${stateCode.delivered}`,
    );
    this.#updateDelivery = db.prepare(
      'UPDATE delivery SET state = ?, attempts = ?, error = ?, changed_at = ? WHERE seq = ? AND receiver = ?',
    );
    this.#finish = db.prepare(
      `UPDATE record SET done_at = ?1 WHERE seq = ?2
       AND NOT EXISTS (SELECT 1 FROM delivery WHERE seq = ?2 AND state <> ${stateCode.delivered})`,
    );
    this.#has = db.prepare('SELECT 1 FROM record WHERE id = ?');
    // Said outright, since it would look through all that was delivered else: the index that knows the open ones, which
    // SQLite uses only where its condition (state < 2) is repeated word for word.
    this.#pending = db.prepare(
      `SELECT r.seq, r.id, r.event, r.call_id, r.body, r.created_at, d.attempts, d.replayed_at
       FROM delivery d INDEXED BY delivery_open CROSS JOIN record r ON r.seq = d.seq
       WHERE d.receiver = ? AND d.state = ${stateCode.pending} AND d.state < 2 AND d.seq > ? ORDER BY d.seq LIMIT ?`,
    );
    this.#aged = db.prepare('SELECT seq FROM record WHERE done_at >= ? AND done_at < ? ORDER BY done_at LIMIT ?');
    this.#oldestDone = db.prepare('SELECT seq FROM record WHERE done_at IS NOT NULL ORDER BY done_at LIMIT ?');
    this.#oldestDead = db.prepare(
      `SELECT DISTINCT d.seq FROM delivery d WHERE d.state = ${stateCode.dead}
       AND NOT EXISTS (SELECT 1 FROM delivery p WHERE p.seq = d.seq AND p.state = ${stateCode.pending})
       ORDER BY d.seq LIMIT ?`,
    );
    this.#oldestOf = db.prepare(
      `SELECT d.seq, d.state, r.id, r.created_at
       FROM delivery d INDEXED BY delivery_open CROSS JOIN record r ON r.seq = d.seq
       WHERE d.receiver = ? AND d.state = ? AND d.state < 2 ORDER BY d.seq LIMIT ?`,
    );
    this.#openOf = db.prepare(
      `SELECT d.receiver, d.state, r.id FROM delivery d JOIN record r ON r.seq = d.seq
       WHERE d.seq = ? AND d.state < ${stateCode.delivered}`,
    );
    this.#deleteDelivery = db.prepare('DELETE FROM delivery WHERE seq = ? AND receiver = ?');
    this.#deleteDeliveries = db.prepare('DELETE FROM delivery WHERE seq = ?');
    this.#deleteRecord = db.prepare('DELETE FROM record WHERE seq = ?');
    this.#note = db.prepare('SELECT text FROM note WHERE name = ?');
    this.#setCheckpoint = db.prepare(
      'INSERT INTO note (name, text) VALUES (?, ?) ON CONFLICT DO UPDATE SET text = excluded.text',
    );
    const open = db
      .prepare(
        `SELECT receiver, state, count(*) AS n FROM delivery WHERE state < ${stateCode.delivered} GROUP BY receiver, state`,
      )
      .all() as { receiver: string; state: number; n: number }[];
    for (const { receiver, state, n } of open) this.#of(receiver)[state === stateCode.dead ? 'dead' : 'pending'] = n;
  }

  /** Receivers that have, or had since the start, something open. */
  get receivers(): string[] {
    return [...this.#counts.keys()];
  }

  /** Reads on in the file, looking for damage. Returns whether there is more to read. */
  inspect(): boolean {
    return this.#inspection.step();
  }

  /** Bytes in use; free pages within the file left out. */
  get used(): number {
    return this.queries.used;
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
  }

  /** Also when it is closed. */
  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** Of what is committed. Works on a closed file too, with the counts of then. */
  counts(receiver: string): StoreCounts {
    return { pending: 0, dead: 0, ...this.#counts.get(receiver) };
  }

  has(id: string): boolean {
    return this.#has.get(id) !== undefined;
  }

  /** All notes by name. */
  checkpoints(): Map<string, string> {
    const all = this.#db.prepare('SELECT name, text FROM note ORDER BY name').all() as { name: string; text: string }[];
    return new Map(all.map(({ name, text }) => [name, text]));
  }

  checkpoint(name: string): string | undefined {
    return (this.#note.get(name) as { text: string } | undefined)?.text;
  }

  pending(receiver: string, after: number, limit: number): PendingRecord[] {
    const found = this.#pending.all(receiver, after, Math.max(0, limit)) as {
      seq: number;
      id: string;
      event: string;
      call_id: string;
      body: string;
      created_at: number;
      attempts: number;
      replayed_at: number | null;
    }[];
    return found.map(({ seq, id, event, call_id: callId, body, created_at: createdAt, attempts, replayed_at: at }) => ({
      seq,
      entry: { id, event, callId, class: 'record', body, createdAt },
      attempts,
      ...(at === null ? {} : { replayedAt: at }),
    }));
  }

  /** Makes the changes in one transaction. Returns for each the place of a record that is new, else `undefined`. */
  apply(changes: readonly StoreChange[], now: number): (number | undefined)[] {
    const isFirst = changes.some(
      (change) => change.kind === 'checkpoint' && this.checkpoint(change.name) === undefined,
    );
    const places = this.#transact(() =>
      changes.map((change) => {
        switch (change.kind) {
          case 'add':
            return this.#add(change.entry, change.receivers, now);
          case 'mark':
            this.#mark(change.receiver, change.id, change.mark, now);
            return undefined;
          case 'checkpoint':
            this.#setCheckpoint.run(change.name, change.text);
            return undefined;
        }
      }),
    );
    if (isFirst) this.#settle();
    return places;
  }

  /** Makes deliveries pending anew, a slice of those selected, in one transaction. */
  replay(selection: Selection, after: number, now: number): ReplayedSlice {
    return this.#transact(() =>
      this.#replays.slice(selection, after, now, (receiver, state, by) => {
        this.#count(receiver, state, by);
      }),
    );
  }

  /** Deletes at most `limit` records that every receiver got before `before`. Returns how many. */
  evictAged(before: number, limit: number): number {
    return this.#transact(() => {
      const found = this.#aged.all(clockUnset, before, limit) as { seq: number }[];
      for (const { seq } of found) this.#delete(seq);
      return found.length;
    });
  }

  /** Deletes at most `limit` of the oldest records that every receiver got. Returns how many. */
  evictDone(limit: number): number {
    return this.#transact(() => {
      const found = this.#oldestDone.all(limit) as { seq: number }[];
      for (const { seq } of found) this.#delete(seq);
      return found.length;
    });
  }

  /** Deletes at most `limit` of the oldest records that wait for nobody any more and that somebody never got. */
  evictDead(limit: number): DroppedDelivery[] {
    return this.#transact(() => {
      const found = this.#oldestDead.all(limit) as { seq: number }[];
      return found.flatMap(({ seq }) => this.#delete(seq));
    });
  }

  /** Ends those of the `limit` oldest open deliveries of each state to a receiver whose record was made before `before`. */
  evictOf(receiver: string, before: number, now: number, limit: number): DroppedDelivery[] {
    return this.#transact(() => {
      const oldest = [stateCode.pending, stateCode.dead].flatMap(
        (state) =>
          this.#oldestOf.all(receiver, state, limit) as {
            seq: number;
            state: number;
            id: string;
            created_at: number;
          }[],
      );
      const old = oldest.filter(({ created_at: createdAt }) => createdAt < before);
      for (const { seq, state } of old) {
        this.#deleteDelivery.run(seq, receiver);
        this.#count(receiver, state, -1);
        this.#finish.run(now, seq);
      }
      return old.map(({ id }) => ({ receiver, id }));
    });
  }

  #add({ id, event, callId, body, createdAt }: Entry, receivers: readonly string[], now: number): number | undefined {
    if (this.has(id)) return undefined;
    const doneAt = receivers.length === 0 ? now : null;
    const { lastInsertRowid } = this.#insertRecord.run(id, event, callId, body, createdAt, doneAt);
    const seq = Number(lastInsertRowid);
    for (const receiver of new Set(receivers)) {
      this.#insertDelivery.run(seq, receiver, now);
      this.#count(receiver, stateCode.pending, 1);
    }
    return seq;
  }

  #mark(receiver: string, id: string, mark: Mark, now: number): void {
    const found = this.#findDelivery.get(id, receiver) as { seq: number; state: number } | undefined;
    if (found === undefined) return;
    const { seq, state } = found;
    const error = mark.state === 'delivered' ? '' : mark.error.slice(0, mostErrorText);
    this.#updateDelivery.run(stateCode[mark.state], mark.attempts, error, now, seq, receiver);
    this.#count(receiver, state, -1);
    this.#count(receiver, stateCode[mark.state], 1);
    if (mark.state === 'delivered') this.#finish.run(now, seq);
  }

  #delete(seq: number): DroppedDelivery[] {
    const open = this.#openOf.all(seq) as { receiver: string; state: number; id: string }[];
    for (const { receiver, state } of open) this.#count(receiver, state, -1);
    this.#deleteDeliveries.run(seq);
    this.#deleteRecord.run(seq);
    return open.map(({ receiver, id }) => ({ receiver, id }));
  }

  /**
   * Brings the log into the file. The first note of a name is not to be there in the log alone: a power cut that spoils
   * the log takes back a later one to the one before, and from there the lost is found again; without any, nothing is.
   */
  #settle(): void {
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // It is committed all the same, and the next checkpoint takes it along; a disk that fails shows at the next write.
    }
  }

  /** The counts change with the commit, not before. */
  #transact<T>(work: () => T): T {
    this.#deltas = [];
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const result = work();
      this.#db.exec('COMMIT');
      for (const [receiver, state, by] of this.#deltas) this.#of(receiver)[state] += by;
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after some errors of the disk.
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #count(receiver: string, state: number, by: number): void {
    if (state === stateCode.delivered) return;
    this.#deltas.push([receiver, state === stateCode.dead ? 'dead' : 'pending', by]);
  }

  #of(receiver: string): OpenCounts {
    let counts = this.#counts.get(receiver);
    if (counts === undefined) this.#counts.set(receiver, (counts = { pending: 0, dead: 0 }));
    return counts;
  }
}
