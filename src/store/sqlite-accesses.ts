import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AccessRow, StoredAccess } from './access.ts';
import { clockUnset } from './store.ts';

/** All of a row but its sequence number. */
export const accessColumns = 'id, began_at, ended_at, name, role, means, remote, forwarded_for, path, bytes, requests';

interface Row {
  seq: number;
  id: string;
  began_at: number;
  ended_at: number;
  name: string;
  role: string;
  means: AccessRow['means'];
  remote: string;
  forwarded_for: string;
  path: string;
  bytes: number;
  requests: number;
}

/** The statements of the access log. All throw what SQLite throws. */
export class Accesses {
  readonly #delete: StatementSync;
  readonly #insert: StatementSync;
  readonly #newest: StatementSync;
  readonly #page: StatementSync;
  readonly #aged: StatementSync;
  readonly #beyond: StatementSync;

  constructor(db: DatabaseSync) {
    this.#delete = db.prepare('DELETE FROM access WHERE id = ?');
    this.#insert = db.prepare(`INSERT INTO access (${accessColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#newest = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'access'");
    this.#page = db.prepare(`SELECT seq, ${accessColumns} FROM access WHERE seq > ? AND (? = '' OR path = ?)
      ORDER BY seq LIMIT ?`);
    this.#aged = db.prepare(
      `DELETE FROM access WHERE seq IN
         (SELECT seq FROM access WHERE ended_at >= ${clockUnset} AND ended_at < ? ORDER BY ended_at LIMIT ?)`,
    );
    this.#beyond = db.prepare(
      `DELETE FROM access WHERE seq IN (SELECT seq FROM access ORDER BY seq LIMIT
         max(0, min(?2, (SELECT count(*) FROM access) - ?1)))`,
    );
  }

  /** Sequence number of the newest row that ever existed. */
  get newest(): number {
    return (this.#newest.get() as { seq: number } | undefined)?.seq ?? 0;
  }

  /** Writes a row. One of the same id goes: who pulls by sequence number gets the newer one too. */
  put(row: AccessRow): void {
    this.#delete.run(row.id);
    const { id, from, to, name, role, means, remote, forwardedFor, path, bytes, requests } = row;
    this.#insert.run(id, from, to, name, role, means, remote, forwardedFor, path, bytes, requests);
  }

  /** At most `limit` rows beyond a sequence number, in order; `path`: of this recording alone. */
  after(seq: number, limit: number, path = ''): StoredAccess[] {
    return (this.#page.all(seq, path, path, limit) as unknown as Row[]).map(
      ({ began_at: from, ended_at: to, forwarded_for: forwardedFor, ...rest }) => ({ ...rest, from, to, forwardedFor }),
    );
  }

  /** Deletes some rows that ended before `before`, or are more than `most`. Returns how many. */
  trim(before: number, most: number, limit: number): number {
    return Number(this.#aged.run(before, limit).changes) + Number(this.#beyond.run(most, limit).changes);
  }
}
