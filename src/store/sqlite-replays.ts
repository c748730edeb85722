import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { stateCode } from './sqlite-schema.ts';

/** Which records are looked at: at these places (growing), taken between two moments (both included), or all dead. */
export type Which =
  | { readonly by: 'place'; readonly seqs: readonly number[] }
  | { readonly by: 'time'; readonly from: number; readonly to: number }
  | { readonly by: 'dead' };

/** The deliveries that are to be made again. */
export interface Selection {
  readonly which: Which;
  /** Place of the newest record that is looked at: those that come meanwhile are no matter of a replay. */
  readonly upTo: number;
  /** Delivered ones, dead ones, or both. */
  readonly states: readonly ('delivered' | 'dead')[];
  readonly receivers: readonly string[];
  /** `undefined`: any. */
  readonly events: readonly string[] | undefined;
}

/** What one short piece of work did. */
export interface ReplayedSlice {
  /** Deliveries that are pending anew. */
  readonly replayed: number;
  /** Deliveries that were pending already; not counted where those of one state only are asked for. */
  readonly waiting: number;
  /** For each receiver with some that are pending anew, the place of the first. */
  readonly first: ReadonlyMap<string, number>;
  /** All records up to this place were looked at. */
  readonly last: number;
  readonly more: boolean;
}

/** Records that are changed in one transaction at most. */
const mostChanged = 250;
/** Records that are looked at for it. */
const mostLookedAt = 1_000;

type Counting = (receiver: string, state: number, by: number) => void;

interface Slice {
  replayed: number;
  waiting: number;
  readonly first: Map<string, number>;
}

/** Makes deliveries pending anew, under the same id and body. */
export class Replays {
  readonly #after: StatementSync;
  readonly #lookedAt: StatementSync;
  readonly #dead: StatementSync;
  readonly #record: StatementSync;
  readonly #deliveries: StatementSync;
  readonly #again: StatementSync;
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
    this.#again = db.prepare(
      `UPDATE delivery SET state = ${stateCode.pending}, changed_at = ?1, replayed_at = ?1 WHERE seq = ?2 AND receiver = ?3`,
    );
    this.#open = db.prepare('UPDATE record SET done_at = NULL WHERE seq = ?');
  }

  /** The next of those selected beyond the place `after`; to be called in a transaction. */
  slice(selection: Selection, after: number, now: number, count: Counting): ReplayedSlice {
    const slice: Slice = { replayed: 0, waiting: 0, first: new Map() };
    const { seqs, last, more } = this.#next(selection, after);
    for (const seq of seqs) this.#one(selection, seq, now, count, slice);
    return { ...slice, last, more };
  }

  #next({ which, upTo }: Selection, after: number): { readonly seqs: readonly number[]; last: number; more: boolean } {
    switch (which.by) {
      case 'place': {
        const left = which.seqs.filter((seq) => seq > after);
        const seqs = left.slice(0, mostChanged);
        return { seqs, last: seqs.at(-1) ?? after, more: left.length > seqs.length };
      }
      case 'dead': {
        const seqs = placesOf(this.#dead.all(after));
        const last = seqs.at(-1) ?? after;
        return { seqs, last, more: seqs.length === mostChanged && last < upTo };
      }
      case 'time': {
        const seqs = placesOf(this.#after.all(after, which.from, which.to));
        const last = seqs.length === mostChanged ? (seqs.at(-1) ?? after) : this.#lookedTo(after);
        return { seqs, last, more: last > after && last < upTo };
      }
    }
  }

  /** Place of the last record that a look beyond `after` sees. */
  #lookedTo(after: number): number {
    return (this.#lookedAt.get(after) as { seq: number | null }).seq ?? after;
  }

  #one({ states, receivers, events }: Selection, seq: number, now: number, count: Counting, slice: Slice): void {
    const record = this.#record.get(seq) as { event: string } | undefined;
    if (record === undefined || events?.includes(record.event) === false) return;
    let isOpen = false;
    for (const { receiver, state } of this.#deliveries.all(seq) as { receiver: string; state: number }[]) {
      if (!receivers.includes(receiver)) continue;
      if (state === stateCode.pending) slice.waiting += states.length === 2 ? 1 : 0;
      else if (states.includes(state === stateCode.delivered ? 'delivered' : 'dead')) {
        this.#again.run(now, seq, receiver);
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

function placesOf(rows: readonly unknown[]): number[] {
  return (rows as readonly { readonly seq: number }[]).map(({ seq }) => seq);
}
