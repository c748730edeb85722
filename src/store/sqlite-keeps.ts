import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Kept } from './store.ts';

/** The table of what is kept besides records. */
export const keptTable = `CREATE TABLE kept (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     text TEXT NOT NULL,
     PRIMARY KEY (kind, id)
   ) STRICT, WITHOUT ROWID`;

/** Its columns, for whoever copies them. */
export const keptColumns = ['kind', 'id', 'text'] as const;

/** Its statements. All throw what SQLite throws. */
export class KeptRows {
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #all: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(
      'INSERT INTO kept (kind, id, text) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET text = excluded.text',
    );
    this.#delete = db.prepare('DELETE FROM kept WHERE kind = ? AND id = ?');
    this.#all = db.prepare('SELECT text FROM kept WHERE kind = ? ORDER BY id');
  }

  /** Keeps a text in place of what was kept under its id, or forgets that. */
  put({ of, id, text }: Kept): void {
    if (text === undefined) this.#delete.run(of, id);
    else this.#put.run(of, id, text);
  }

  /** All texts of a kind. */
  all(of: string): string[] {
    return (this.#all.all(of) as { text: string }[]).map(({ text }) => text);
  }
}
