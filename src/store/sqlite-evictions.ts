import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { stateCode } from './sqlite-schema.ts';
import { clockUnset } from './store.ts';
import type { DroppedDelivery } from './write-buffer.ts';

/** What Evictions need of the file they are part of. */
export interface EvictionsParts {
  /** Runs `work` in a transaction. */
  readonly transact: <T>(work: () => T) => T;
  /** Changes the count of a receiver's deliveries in a state (`stateCode`). */
  readonly count: (receiver: string, state: number, by: number) => void;
}

/** Notes when the last receiver got a record, or was done with it: ?1 is now, ?2 the record. */
export const finishRecord = `UPDATE record SET done_at = ?1 WHERE seq = ?2
  AND NOT EXISTS (SELECT 1 FROM delivery WHERE seq = ?2 AND state <> ${stateCode.delivered})`;

/** The statements that delete records and deliveries, a limited number in each transaction. All throw what SQLite throws. */
export class Evictions {
  readonly #parts: EvictionsParts;
  readonly #aged: StatementSync;
  readonly #oldestDone: StatementSync;
  readonly #oldestDead: StatementSync;
  readonly #oldestOf: StatementSync;
  readonly #openOf: StatementSync;
  readonly #finish: StatementSync;
  readonly #deleteDelivery: StatementSync;
  readonly #deleteDeliveries: StatementSync;
  readonly #deleteRecord: StatementSync;

  constructor(db: DatabaseSync, parts: EvictionsParts) {
    this.#parts = parts;
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
    this.#finish = db.prepare(finishRecord);
    this.#deleteDelivery = db.prepare('DELETE FROM delivery WHERE seq = ? AND receiver = ?');
    this.#deleteDeliveries = db.prepare('DELETE FROM delivery WHERE seq = ?');
    this.#deleteRecord = db.prepare('DELETE FROM record WHERE seq = ?');
  }

  /** Deletes at most `limit` records that every receiver got before `before`. Returns how many. */
  aged(before: number, limit: number): number {
    return this.#deleteAll(() => this.#aged.all(clockUnset, before, limit)).records;
  }

  /** Deletes at most `limit` of the oldest records that every receiver got. Returns how many. */
  done(limit: number): number {
    return this.#deleteAll(() => this.#oldestDone.all(limit)).records;
  }

  /** Deletes at most `limit` of the oldest records that are dead for some receiver and pending for none. */
  dead(limit: number): DroppedDelivery[] {
    return this.#deleteAll(() => this.#oldestDead.all(limit)).dropped;
  }

  /** Of the `limit` oldest open deliveries of each state to a receiver, ends those whose record is older than `before`. */
  openOf(receiver: string, before: number, now: number, limit: number): DroppedDelivery[] {
    const { transact, count } = this.#parts;
    return transact(() => {
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
        count(receiver, state, -1);
        this.#finish.run(now, seq);
      }
      return old.map(({ id }) => ({ receiver, id }));
    });
  }

  #deleteAll(find: () => readonly unknown[]): { readonly records: number; readonly dropped: DroppedDelivery[] } {
    return this.#parts.transact(() => {
      const found = find() as readonly { readonly seq: number }[];
      return { records: found.length, dropped: found.flatMap(({ seq }) => this.#delete(seq)) };
    });
  }

  #delete(seq: number): DroppedDelivery[] {
    const open = this.#openOf.all(seq) as { receiver: string; state: number; id: string }[];
    for (const { receiver, state } of open) this.#parts.count(receiver, state, -1);
    this.#deleteDeliveries.run(seq);
    this.#deleteRecord.run(seq);
    return open.map(({ receiver, id }) => ({ receiver, id }));
  }
}
