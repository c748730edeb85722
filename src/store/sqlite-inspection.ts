import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Rows read in one step: a few hundred kilobytes. */
const rowsPerStep = 200;

/**
 * Reads all of an open file in small steps, so that damage is found before the damaged rows are needed. SQLite's own check
 * of a large file would hold up the event loop for seconds.
 */
export class Inspection {
  readonly #parts: readonly StatementSync[];
  #part = 0;
  #after: string | number = -1;

  constructor(db: DatabaseSync) {
    this.#parts = [
      `SELECT max(seq) AS last, sum(length(body)) FROM (SELECT seq, body FROM record WHERE seq > ? ORDER BY seq LIMIT ${rowsPerStep})`,
      `SELECT max(seq) AS last, sum(length(error)) FROM (SELECT seq, error FROM delivery WHERE seq > ? ORDER BY seq LIMIT ${rowsPerStep})`,
      // The index by which a record's id is recognised.
      `SELECT max(id) AS last FROM (SELECT id FROM record WHERE id > ? ORDER BY id LIMIT ${rowsPerStep})`,
    ].map((sql) => db.prepare(sql));
  }

  /** Reads the next rows. Returns whether there are more; throws what SQLite throws on a damaged file. */
  step(): boolean {
    const part = this.#parts[this.#part];
    if (part === undefined) return false;
    const { last } = part.get(this.#after) as { last: string | number | null };
    if (last === null) {
      this.#part++;
      this.#after = this.#part === 2 ? '' : -1;
    } else {
      this.#after = last;
    }
    return this.#part < this.#parts.length;
  }
}
