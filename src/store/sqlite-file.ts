import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Log } from '../system/log.ts';
import { StoreError, storeError } from './store-error.ts';
import { readCheckpointsCopy } from './checkpoints-copy.ts';
import { salvage } from './sqlite-salvage.ts';
import { migrate } from './sqlite-schema.ts';

/** Name of the store's file in the data folder; SQLite puts `-wal` beside it. */
export const fileName = 'records.db';

/** Bytes of a page, SQLite's default. */
export const pageSize = 4096;

/** Files up to this many bytes are checked whenever they are opened, which takes some milliseconds. */
export const smallFile = 8 * 1024 * 1024;

/** What SQLite appends to the name of a database for each of its files. */
const suffixes = ['', '-wal', '-shm', '-journal'];

/**
 * How the file is used. The lock is exclusive because a second daemon on the same folder would deliver everything twice;
 * it also avoids the shared-memory file. The cache is small because few pages are hot. The WAL is checkpointed early, so
 * that each checkpoint holds up the event loop only briefly.
 */
const pragmas = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -1024;
  PRAGMA mmap_size = 0;
  PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 256;
  PRAGMA journal_size_limit = 4194304;`;

/**
 * Opens the store's file in `folder`, making both if absent, and brings it to the current schema. `isChecked`: the whole
 * file is checked, however large. A damaged file is set aside under a name with the date (`now`, milliseconds since 1970),
 * and a new one begun with what could be read. Throws StoreError if the disk fails, SchemaError if the file is of a newer
 * version.
 */
export function openFile(folder: string, isChecked: boolean, now: number, log: Log): DatabaseSync {
  try {
    // Records are private. SQLite gives its other files the mode of this one.
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    const path = join(folder, fileName);
    closeSync(openSync(path, 'a', 0o600));
    try {
      return open(path, isChecked);
    } catch (error) {
      if (storeError(error)?.kind !== 'damaged') throw error;
      const aside = setAside(path, now);
      closeSync(openSync(path, 'a', 0o600));
      const db = open(path, false);
      log.error(
        `store: ${path} is damaged and was set aside as ${aside}, a new one is begun; ` +
          `of what was still to be delivered ${salvage(aside, db, readCheckpointsCopy(folder))} could be read, what could not is in the old one`,
        error,
      );
      return db;
    }
  } catch (error) {
    const known = storeError(error);
    if (known === undefined) throw error;
    throw new StoreError(known.kind, `store in ${folder}: ${known.message}`, { cause: error });
  }
}

function open(path: string, isChecked: boolean): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec(pragmas);
    if (isChecked || statSync(path).size <= smallFile) check(db);
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function check(db: DatabaseSync): void {
  const [first] = db.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
  if (first?.quick_check === 'ok') return;
  throw new StoreError('damaged', `the check says: ${first?.quick_check ?? 'nothing'}`);
}

/** Renames the files of a database consistently, so that it can still be opened and examined. */
function setAside(path: string, now: number): string {
  const date = new Date(now).toISOString().replaceAll(':', '-').replace('.', '-');
  let aside = `${path}.damaged-${date}`;
  for (let n = 2; existsSync(aside); n++) aside = `${path}.damaged-${date}-${n}`;
  for (const part of suffixes) if (existsSync(path + part)) renameSync(path + part, aside + part);
  return aside;
}
