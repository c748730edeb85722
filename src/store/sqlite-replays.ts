import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { stateCode } from './sqlite-schema.ts';

/** Which records to replay: with these sequence numbers (ascending), taken between two moments (inclusive), or all dead. */
export type RecordChoice =
  | { readonly by: 'seq'; readonly seqs: readonly number[] }
  | { readonly by: 'time'; readonly from: number; readonly to: number }
  | { readonly by: 'dead' };

/** The deliveries to make again. */
export interface Selection {
  readonly which: RecordChoice;
  /** Sequence number of the newest record to consider: records that arrive meanwhile are not replayed. */
  readonly upTo: number;
  /** Delivered ones, dead ones, or both. */
  readonly states: readonly ('delivered' | 'dead')[];
  readonly receivers: readonly string[];
  /** `undefined`: any. */
  readonly events: readonly string[] | undefined;
}

/** What one short transaction did. */
export interface ReplayedSlice {
  /** Deliveries that became pending again. */
  readonly replayed: number;
  /** Deliveries that were pending already; counted only if both states are asked for. */
  readonly waiting: number;
  /** For each receiver with replayed deliveries, the sequence number of the first. */
  readonly first: ReadonlyMap<string, number>;
  /** All records up to this sequence number are done. */
  readonly last: number;
  readonly more: boolean;
}

/** Records changed in one transaction at most. */
const mostChanged = 250;
/** Records read for it at most. */
const mostLookedAt = 1_000;

type Counting = (receiver: string, state: number, by: number) => void;

interface SliceCounts {
  replayed: number;
  waiting: number;
  readonly first: Map<string, number>;
}

/** The statements that make deliveries pending again. All throw what SQLite throws. */
export class ReplayRows {
  readonly #after: StatementSync;
  readonly #lookedAt: StatementSync;
  readonly #dead: StatementSync;
  readonly #record: StatementSync;
  readonly #deliveries: StatementSync;
  readonly #reopen: StatementSync;
  readonly #open: StatementSync;

  constructor(db: DatabaseSync) {
    this.#after = db.prepare(
      `SELECT seq FROM (SELECT seq, created_at FROM record WHERE seq > ?1 ORDER BY seq LIMIT ${mostLookedAt})
       WHERE created_at BETWEEN ?2 AND ?3 ORDER BY seq LIMIT ${mostChanged}`,
    );
    this.#lookedAt = db.prepare(
      `SELECT max(seq) AS seq FROM (SELECT seq FROM record WHERE seq > ? ORDER BY seq LIMIT ${mostLookedAt})`,
    );
    this.#dead = db.prepare(
      `SELECT DISTINCT seq FROM delivery INDEXED BY delivery_dead WHERE state = ${stateCode.dead} AND seq > ?
       ORDER BY seq LIMIT ${mostChanged}`,
    );
    this.#record = db.prepare('SELECT event FROM record WHERE seq = ?');
    this.#deliveries = db.prepare('SELECT receiver, state FROM delivery WHERE seq = ?');
    this.#reopen = db.prepare(
      `UPDATE delivery SET state = ${stateCode.pending}, changed_at = ?1, replayed_at = ?1 WHERE seq = ?2 AND receiver = ?3`,
    );
    this.#open = db.prepare('UPDATE record SET done_at = NULL WHERE seq = ?');
  }

  /** Replays the next selected deliveries beyond the sequence number `after`. Must be called in a transaction. */
  slice(selection: Selection, after: number, now: number, count: Counting): ReplayedSlice {
    const slice: SliceCounts = { replayed: 0, waiting: 0, first: new Map() };
    const { seqs, last, more } = this.#next(selection, after);
    for (const seq of seqs) this.#one(selection, seq, now, count, slice);
    return { ...slice, last, more };
  }

  #next({ which, upTo }: Selection, after: number): { readonly seqs: readonly number[]; last: number; more: boolean } {
    switch (which.by) {
      case 'seq': {
        const left = which.seqs.filter((seq) => seq > after);
        const seqs = left.slice(0, mostChanged);
        return { seqs, last: seqs.at(-1) ?? after, more: left.length > seqs.length };
      }
      case 'dead': {
        const seqs = seqsOf(this.#dead.all(after));
        const last = seqs.at(-1) ?? after;
        return { seqs, last, more: seqs.length === mostChanged && last < upTo };
      }
      case 'time': {
        const seqs = seqsOf(this.#after.all(after, which.from, which.to));
        const last = seqs.length === mostChanged ? (seqs.at(-1) ?? after) : this.#lookedTo(after);
        return { seqs, last, more: last > after && last < upTo };
      }
    }
  }

  /** Sequence number of the last record that one read beyond `after` covers. */
  #lookedTo(after: number): number {
    return (this.#lookedAt.get(after) as { seq: number | null }).seq ?? after;
  }

  #one({ states, receivers, events }: Selection, seq: number, now: number, count: Counting, slice: SliceCounts): void {
    const record = this.#record.get(seq) as { event: string } | undefined;
    if (record === undefined || events?.includes(record.event) === false) return;
    let isOpen = false;
    for (const { receiver, state } of this.#deliveries.all(seq) as { receiver: string; state: number }[]) {
      if (!receivers.includes(receiver)) continue;
      if (state === stateCode.pending) slice.waiting += states.length === 2 ? 1 : 0;
      else if (states.includes(state === stateCode.delivered ? 'delivered' : 'dead')) {
        this.#reopen.run(now, seq, receiver);
        if (state !== stateCode.delivered) count(receiver, state, -1);
        count(receiver, stateCode.pending, 1);
        slice.replayed++;
        if (!slice.first.has(receiver)) slice.first.set(receiver, seq);
        isOpen = true;
      }
    }
    if (isOpen) this.#open.run(seq);
  }
}

function seqsOf(rows: readonly unknown[]): number[] {
  return (rows as readonly { readonly seq: number }[]).map(({ seq }) => seq);
}
