import type { DatabaseSync } from 'node:sqlite';
import { keptTable } from './sqlite-keeps.ts';
import { figureTables } from './sqlite-figures.ts';

/** The file was written by a version of this program that is newer than this one. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** What `delivery.state` holds. The statements and the partial indexes rely on these numbers. */
export const stateCode = { pending: 0, dead: 1, delivered: 2 } as const;

/**
 * The steps from each version (`user_version`) to the next; the last one leads to the current version. A step that was
 * released is never changed. Times are milliseconds since 1970.
 *
 * `record.seq` is never used twice (AUTOINCREMENT), so clients that pull can use it as a cursor. `done_at` is when the last
 * receiver got the record; NULL while a receiver is still without it. The partial indexes hold only open deliveries, so
 * delivered ones cost nothing when the daemon starts or looks for work. `note` holds the checkpoints.
 */
const steps: readonly string[] = [
  `CREATE TABLE record (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     event TEXT NOT NULL,
     call_id TEXT NOT NULL,
     body TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     done_at INTEGER
   ) STRICT;
   CREATE INDEX record_done ON record (done_at) WHERE done_at IS NOT NULL;
   CREATE TABLE delivery (
     seq INTEGER NOT NULL,
     receiver TEXT NOT NULL,
     state INTEGER NOT NULL,
     attempts INTEGER NOT NULL,
     error TEXT NOT NULL,
     changed_at INTEGER NOT NULL,
     PRIMARY KEY (seq, receiver)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX delivery_open ON delivery (receiver, state, seq) WHERE state < 2;
   CREATE INDEX delivery_dead ON delivery (seq) WHERE state = 1;`,
  `CREATE TABLE note (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  // `replayed_at`: the age counts from here. `store.id` tells this file's sequence numbers from those of an earlier file.
  `ALTER TABLE delivery ADD COLUMN replayed_at INTEGER;
   CREATE TABLE store (id TEXT NOT NULL) STRICT;
   INSERT INTO store VALUES (lower(hex(randomblob(4))));`,
];

/** Something that a file may lack, told by its table and, if it is one, its column. */
interface Addition {
  readonly table: string;
  readonly column?: string;
  readonly sql: string;
}

/**
 * What came later and versions that know only the steps need not know: columns that they neither name nor miss, tables and
 * indexes of their own. Made where it is absent, without a new `user_version`: whoever goes back to the package before finds
 * the store open to it. Only what such a version would spoil is a step.
 */
const additions: readonly Addition[] = [
  // What a format needs beyond the body; NULL costs a byte.
  { table: 'record', column: 'extra', sql: 'ALTER TABLE record ADD COLUMN extra TEXT' },
  // Whose it is (extensions, each between two spaces), and the recording that it names, so that agents get their own.
  { table: 'record', column: 'extensions', sql: 'ALTER TABLE record ADD COLUMN extensions TEXT' },
  {
    table: 'record',
    column: 'recording',
    sql: `ALTER TABLE record ADD COLUMN recording TEXT;
      CREATE INDEX record_recording ON record (recording) WHERE recording IS NOT NULL`,
  },
  // Who heard which recording. A row that is written anew gets a new number, for those who pull.
  {
    table: 'access',
    sql: `CREATE TABLE access (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     began_at INTEGER NOT NULL,
     ended_at INTEGER NOT NULL,
     name TEXT NOT NULL,
     role TEXT NOT NULL,
     means TEXT NOT NULL,
     remote TEXT NOT NULL,
     forwarded_for TEXT NOT NULL,
     path TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     requests INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX access_ended ON access (ended_at)`,
  },
  // What was counted. A column that comes later is an addition of its own.
  { table: 'figure', sql: figureTables },
  // What is kept besides records: missed calls.
  { table: 'kept', sql: keptTable },
];

/** Version of the schema that this program writes. */
export const currentVersion = steps.length;

/**
 * Brings a file to the current schema, each step and addition in its own transaction. Throws SchemaError if the file is of
 * a newer version, and leaves it as it is. `plan` and `further` are for tests.
 */
export function migrate(db: DatabaseSync, plan: readonly string[] = steps, further = additions): void {
  const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found > plan.length) {
    throw new SchemaError(
      `the store has version ${found} and this program knows ${plan.length}: it was written by a newer one`,
    );
  }
  for (const [index, step] of plan.entries()) {
    if (index >= found) transact(db, `${step}; PRAGMA user_version = ${index + 1}`);
  }
  for (const addition of further) if (!isThere(db, addition)) transact(db, addition.sql);
}

function isThere(db: DatabaseSync, { table, column }: Addition): boolean {
  const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all(table);
  return column === undefined ? columns.length > 0 : columns.some(({ name }) => name === column);
}

function transact(db: DatabaseSync, sql: string): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(`${sql}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
