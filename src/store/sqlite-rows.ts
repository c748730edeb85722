import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Entry, Mark, PendingRecord, StoreCounts } from './store.ts';
import { Accesses } from './sqlite-accesses.ts';
import { KeptRows } from './sqlite-keeps.ts';
import { FigureRows, type Counted } from './sqlite-figures.ts';
import { FigureBound } from './figure-bound.ts';
import { Evictions, finishRecord } from './sqlite-evictions.ts';
import { Inspection } from './sqlite-inspection.ts';
import { Queries } from './sqlite-queries.ts';
import { ReplayRows } from './sqlite-replays.ts';
import type { ReplayedSlice, Selection } from './sqlite-replays.ts';
import { stateCode } from './sqlite-schema.ts';
import { ownersText } from './owners.ts';
import type { StoreChange } from './write-buffer.ts';

type OpenState = 'pending' | 'dead';
type OpenCounts = Record<OpenState, number>;

/** Characters of an error's text that are kept. */
const mostErrorText = 500;

/** The statements of the store on an open file. All throw what SQLite throws, and then nothing has changed. */
export class Rows {
  /** Reads for people and programs. */
  readonly queries: Queries;
  readonly evictions: Evictions;
  /** Who heard which recording. */
  readonly accesses: Accesses;
  readonly figures: FigureRows;
  readonly figureBound: FigureBound;
  /** What is kept besides records. */
  readonly kept: KeptRows;
  readonly #db: DatabaseSync;
  readonly #onUncounted: (id: string, cause: unknown) => void;
  readonly #replays: ReplayRows;
  readonly #counts = new Map<string, OpenCounts>();
  /** What the records of the current transaction add to the figures. */
  #counted: Counted[] = [];
  /** Changes of the counts that the current transaction makes. */
  #deltas: [receiver: string, state: OpenState, by: number][] = [];
  readonly #inspection: Inspection;
  readonly #insertRecord: StatementSync;
  readonly #insertDelivery: StatementSync;
  readonly #findDelivery: StatementSync;
  readonly #updateDelivery: StatementSync;
  readonly #finish: StatementSync;
  readonly #has: StatementSync;
  readonly #pending: StatementSync;
  readonly #checkpoint: StatementSync;
  readonly #setCheckpoint: StatementSync;

  /** `onUncounted`: told of a record whose figures cannot be counted, and why. */
  constructor(db: DatabaseSync, onUncounted: (id: string, cause: unknown) => void = () => undefined) {
    this.#db = db;
    this.#onUncounted = onUncounted;
    this.#inspection = new Inspection(db);
    this.queries = new Queries(db);
    this.accesses = new Accesses(db);
    this.figures = new FigureRows(db);
    this.figureBound = new FigureBound(this.figures);
    this.kept = new KeptRows(db);
    this.#replays = new ReplayRows(db);
    this.evictions = new Evictions(db, {
      transact: (work) => this.#transact(work),
      count: (receiver, state, by) => {
        this.#count(receiver, state, by);
      },
    });
    this.#insertRecord = db.prepare(
      `INSERT INTO record (id, event, call_id, body, created_at, done_at, extra, extensions, recording)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    this.#finish = db.prepare(finishRecord);
    this.#has = db.prepare('SELECT 1 FROM record WHERE id = ?');
    // Force the partial index; otherwise SQLite scans all delivered rows. It is used only if its condition (state < 2) is
    // repeated word for word.
    this.#pending = db.prepare(
      `SELECT r.seq, r.id, r.event, r.call_id, r.body, r.created_at, r.extra, d.attempts, d.replayed_at
       FROM delivery d INDEXED BY delivery_open CROSS JOIN record r ON r.seq = d.seq
       WHERE d.receiver = ? AND d.state = ${stateCode.pending} AND d.state < 2 AND d.seq > ? ORDER BY d.seq LIMIT ?`,
    );
    this.#checkpoint = db.prepare('SELECT text FROM note WHERE name = ?');
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

  /** Receivers that have had open deliveries since the start. */
  get receivers(): string[] {
    return [...this.#counts.keys()];
  }

  /** Reads the next part of the file to find damage. Returns whether there is more to read. */
  inspect(): boolean {
    return this.#inspection.step();
  }

  /** Bytes in use, without the free pages of the file. */
  get used(): number {
    return this.queries.used;
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
  }

  /** May be called more than once. */
  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** Counts of what is committed. Works on a closed file too. */
  counts(receiver: string): StoreCounts {
    return { pending: 0, dead: 0, ...this.#counts.get(receiver) };
  }

  has(id: string): boolean {
    return this.#has.get(id) !== undefined;
  }

  /** All checkpoints by name. */
  checkpoints(): Map<string, string> {
    const all = this.#db.prepare('SELECT name, text FROM note ORDER BY name').all() as { name: string; text: string }[];
    return new Map(all.map(({ name, text }) => [name, text]));
  }

  checkpoint(name: string): string | undefined {
    return (this.#checkpoint.get(name) as { text: string } | undefined)?.text;
  }

  pending(receiver: string, after: number, limit: number): PendingRecord[] {
    const found = this.#pending.all(receiver, after, Math.max(0, limit)) as {
      seq: number;
      id: string;
      event: string;
      call_id: string;
      body: string;
      created_at: number;
      extra: string | null;
      attempts: number;
      replayed_at: number | null;
    }[];
    return found.map(
      ({ seq, id, event, call_id: callId, body, created_at: createdAt, extra, attempts, replayed_at: at }) => ({
        seq,
        entry: { id, event, callId, class: 'record', body, createdAt, ...(extra === null ? {} : { extra }) },
        attempts,
        ...(at === null ? {} : { replayedAt: at }),
      }),
    );
  }

  /** Makes the changes in one transaction. Returns for each the sequence number of a new record, or `undefined`. */
  apply(changes: readonly StoreChange[], now: number): (number | undefined)[] {
    const isFirst = changes.some(
      (change) => change.kind === 'checkpoint' && this.checkpoint(change.name) === undefined,
    );
    const seqs = this.#transact(() => {
      this.#counted = [];
      const added = changes.map((change) => {
        switch (change.kind) {
          case 'add':
            return this.#add(change.entry, change.receivers, now);
          case 'mark':
            this.#mark(change.receiver, change.id, change.mark, now);
            return undefined;
          case 'checkpoint':
            this.#setCheckpoint.run(change.name, change.text);
            return undefined;
          case 'keep':
            this.kept.put(change.kept);
            return undefined;
          case 'access':
            this.accesses.put(change.row);
            return undefined;
          case 'count':
            this.figures.add(change.figures);
            this.#setCheckpoint.run(change.name, change.text);
            return undefined;
        }
      });
      for (const { id, fault } of this.figures.addBeside(this.#counted)) this.#onUncounted(id, fault);
      return added;
    });
    if (isFirst) this.#checkpointLog();
    return seqs;
  }

  /** Makes a slice of the selected deliveries pending again, in one transaction. */
  replay(selection: Selection, after: number, now: number): ReplayedSlice {
    return this.#transact(() =>
      this.#replays.slice(selection, after, now, (receiver, state, by) => {
        this.#count(receiver, state, by);
      }),
    );
  }

  #add(
    { id, event, callId, body, createdAt, extra, owners, figures = [], keeps = [] }: Entry,
    receivers: readonly string[],
    now: number,
  ): number | undefined {
    if (this.has(id)) return undefined;
    const doneAt = receivers.length === 0 ? now : null;
    const { lastInsertRowid } = this.#insertRecord.run(
      id,
      event,
      callId,
      body,
      createdAt,
      doneAt,
      extra ?? null,
      ownersText(owners?.extensions ?? []),
      owners?.recording ?? null,
    );
    const seq = Number(lastInsertRowid);
    if (figures.length > 0) this.#counted.push({ id, figures });
    for (const one of keeps) this.kept.put(one);
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

  /**
   * Writes the WAL into the file, so that the first checkpoint of a name is not in the WAL alone. If a power cut spoils the
   * WAL, the checkpoint before is used and what was lost is found again; without any checkpoint nothing would be found.
   */
  #checkpointLog(): void {
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // It is committed all the same, and written with the next part of the WAL. A failing disk shows at the next write.
    }
  }

  /** Runs `work` in a transaction. The counts change only with the commit. */
  #transact<T>(work: () => T): T {
    this.#deltas = [];
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const result = work();
      this.#db.exec('COMMIT');
      for (const [receiver, state, by] of this.#deltas) this.#of(receiver)[state] += by;
      return result;
    } catch (error) {
      // After some errors of the disk SQLite has rolled back already.
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
