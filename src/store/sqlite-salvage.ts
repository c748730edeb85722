import { rmSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { accessColumns } from './sqlite-accesses.ts';
import { keptColumns } from './sqlite-keeps.ts';
import { figureColumns } from './sqlite-figures.ts';
import { storeError } from './store-error.ts';

/** Columns that not all versions have; texts, `''` for NULL. */
const laterColumns = ['extra', 'extensions', 'recording'] as const;

/** Open deliveries, read from either end of the file, so that damage in the middle hides neither part. */
const open = (order: 'ASC' | 'DESC', later: string): string =>
  `SELECT r.seq, r.id, r.event, r.call_id, r.body, r.created_at, ${later}, d.receiver, d.state, d.attempts, d.error, d.changed_at
   FROM delivery d JOIN record r ON r.seq = d.seq WHERE d.state < 2 ORDER BY d.seq ${order}`;

interface OpenRow extends Readonly<Record<(typeof laterColumns)[number], string>> {
  readonly seq: number;
  readonly id: string;
  readonly event: string;
  readonly call_id: string;
  readonly body: string;
  readonly created_at: number;
  readonly receiver: string;
  readonly state: number;
  readonly attempts: number;
  readonly error: string;
  readonly changed_at: number;
}

/**
 * Copies what can still be read of a damaged file into the new one: open deliveries with their records and sequence
 * numbers, checkpoints, figures, and who heard which recording. `copied` are the checkpoints of the second copy, used where
 * the file cannot be read. Returns the number of deliveries; throws only what the new file throws.
 */
export function salvage(path: string, into: DatabaseSync, copied: ReadonlyMap<string, string>): number {
  let old: DatabaseSync | undefined;
  try {
    old = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  } catch {
    // It cannot even be opened: only the copy of the checkpoints is left.
  }
  const checkpoint = into.prepare('INSERT OR IGNORE INTO note (name, text) VALUES (?, ?)');
  const record = into.prepare(
    `INSERT OR IGNORE INTO record (seq, id, event, call_id, body, created_at, ${laterColumns.join(', ')})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const delivery = into.prepare(
    `INSERT OR IGNORE INTO delivery (seq, receiver, state, attempts, error, changed_at)
     SELECT ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM record WHERE seq = ? AND id = ?)`,
  );
  const known = old === undefined ? [] : columnsOf(old);
  const later = laterColumns.map((name) => `${known.includes(name) ? `coalesce(r.${name}, '')` : "''"} AS ${name}`);
  let saved = 0;
  try {
    into.exec('BEGIN IMMEDIATE');
    for (const { name, text } of old === undefined
      ? []
      : readable<{ name: string; text: string }>(old, 'SELECT name, text FROM note')) {
      put(checkpoint, [name, text]);
    }
    for (const [name, text] of copied) put(checkpoint, [name, text]);
    for (const order of ['ASC', 'DESC'] as const) {
      for (const row of old === undefined ? [] : readable<OpenRow>(old, open(order, later.join(', ')))) {
        const texts = laterColumns.map((name) => (row[name] === '' ? null : row[name]));
        put(record, [row.seq, row.id, row.event, row.call_id, row.body, row.created_at, ...texts]);
        const { seq, receiver, state, attempts, error, changed_at: changedAt, id } = row;
        saved += put(delivery, [seq, receiver, state, attempts, error, changedAt, seq, id]);
      }
    }
    // Who heard which recording, what was counted, who was lost: there is no other copy but the journal.
    const tables = { access: ['seq', ...accessColumns.split(', ')], ...figureColumns, kept: keptColumns };
    if (old !== undefined) for (const [table, columns] of Object.entries(tables)) copy(old, into, table, columns);
    into.exec('COMMIT');
  } catch (error) {
    if (into.isTransaction) into.exec('ROLLBACK');
    throw error;
  } finally {
    old?.close();
    // Reading made this file; it is of no use to anybody who examines the old database.
    rmSync(`${path}-shm`, { force: true });
  }
  return saved;
}

/**
 * Writes a row, unless the new file cannot have it: a page that was written in the wrong place has values of other columns.
 * Returns how many were written.
 */
function put(insert: StatementSync, values: readonly SQLInputValue[]): number {
  try {
    return Number(insert.run(...values).changes);
  } catch (error) {
    if (storeError(error) !== undefined) throw error;
    return 0;
  }
}

/** Copies what can be read of a table; the first of its columns is its order. */
function copy(old: DatabaseSync, into: DatabaseSync, table: string, columns: readonly string[]): void {
  const names = columns.join(', ');
  const insert = into.prepare(
    `INSERT OR IGNORE INTO ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (const order of ['ASC', 'DESC']) {
    const sql = `SELECT ${names} FROM ${table} ORDER BY ${columns[0] ?? ''} ${order}`;
    for (const row of readable<Record<string, number | string>>(old, sql)) put(insert, Object.values(row));
  }
}

/** The columns of a record in the version of the file. */
function columnsOf(old: DatabaseSync): readonly string[] {
  return [...readable<{ name: string }>(old, "SELECT name FROM pragma_table_info('record')")].map(({ name }) => name);
}

/** The rows of a damaged file, up to the first that cannot be read. */
function* readable<T>(db: DatabaseSync, sql: string): Generator<T, void, undefined> {
  let rows: Iterator<unknown>;
  try {
    rows = db.prepare(sql).iterate();
  } catch {
    return;
  }
  for (;;) {
    let next: IteratorResult<unknown>;
    try {
      next = rows.next();
    } catch {
      return;
    }
    if (next.done === true) return;
    if (isWhole(next.value)) yield next.value as T;
  }
}

/** A damaged page may hold values of any type. */
function isWhole(row: unknown): boolean {
  return typeof row === 'object' && row !== null && Object.values(row).every((value) => value !== null);
}
