import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** What is still to be delivered, from either end of the file: damage in the middle hides neither. */
const open = (order: 'ASC' | 'DESC'): string =>
  `SELECT r.seq, r.id, r.event, r.call_id, r.body, r.created_at, d.receiver, d.state, d.attempts, d.error, d.changed_at
   FROM delivery d JOIN record r ON r.seq = d.seq WHERE d.state < 2 ORDER BY d.seq ${order}`;

interface OpenRow {
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
 * Copies what can still be read of a damaged file into the new one: records that are still to be delivered, under their
 * places, and the notes; of those that cannot be read `notes` are a copy. Returns how many deliveries; throws only what
 * the new file throws.
 */
export function salvage(path: string, into: DatabaseSync, notes: ReadonlyMap<string, string>): number {
  let old: DatabaseSync | undefined;
  try {
    old = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  } catch {
    // Not even that: there is the copy of the notes.
  }
  const note = into.prepare('INSERT OR IGNORE INTO note (name, text) VALUES (?, ?)');
  const record = into.prepare(
    'INSERT OR IGNORE INTO record (seq, id, event, call_id, body, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const delivery = into.prepare(
    `INSERT OR IGNORE INTO delivery (seq, receiver, state, attempts, error, changed_at)
     SELECT ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM record WHERE seq = ? AND id = ?)`,
  );
  let saved = 0;
  try {
    into.exec('BEGIN IMMEDIATE');
    for (const { name, text } of old === undefined
      ? []
      : readable<{ name: string; text: string }>(old, 'SELECT name, text FROM note')) {
      note.run(name, text);
    }
    for (const [name, text] of notes) note.run(name, text);
    for (const order of ['ASC', 'DESC'] as const) {
      for (const row of old === undefined ? [] : readable<OpenRow>(old, open(order))) {
        record.run(row.seq, row.id, row.event, row.call_id, row.body, row.created_at);
        const { seq, receiver, state, attempts, error, changed_at: changedAt, id } = row;
        saved += Number(delivery.run(seq, receiver, state, attempts, error, changedAt, seq, id).changes);
      }
    }
    into.exec('COMMIT');
  } catch (error) {
    if (into.isTransaction) into.exec('ROLLBACK');
    throw error;
  } finally {
    old?.close();
    // Made by reading, and of no use to who looks into the old file.
    rmSync(`${path}-shm`, { force: true });
  }
  return saved;
}

/** The rows of a damaged file up to the first that cannot be read. */
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

/** What a damaged page holds may be of any type. */
function isWhole(row: unknown): boolean {
  return typeof row === 'object' && row !== null && Object.values(row).every((value) => value !== null);
}
