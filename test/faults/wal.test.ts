import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { tearable } from './wal.ts';

void t.test('a log is torn behind what is in the file already', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'coocenter-wal-'));
  t.teardown(() => {
    rmSync(dir, { recursive: true });
  });
  const path = join(dir, 'a.db');
  const db = new DatabaseSync(path);
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  db.exec('CREATE TABLE t (x TEXT)');
  const range = (): ReturnType<typeof tearable> => tearable(readFileSync(`${path}-wal`), readFileSync(path));
  const first = range();
  t.match(first, { from: 32 }, 'all of it, while nothing is in the file');
  t.equal(first?.to, readFileSync(`${path}-wal`).length);
  db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  t.equal(range(), undefined, 'nothing, once all is in the file');
  db.exec("INSERT INTO t VALUES ('one')");
  const next = range();
  t.match(next, { from: 32 }, 'a new round');
  t.ok((next?.to ?? 0) < (first?.to ?? 0), 'to the end of what is new in it');
  db.close();
  t.end();
});
