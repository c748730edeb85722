import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { fileName } from '../../src/store/sqlite-file.ts';
import { currentVersion, migrate, SchemaError } from '../../src/store/sqlite-schema.ts';
import { folderOf, open, record, storeIn } from './stores.ts';

void t.test('migrations', async (t) => {
  const plan = ['CREATE TABLE one (a TEXT)', 'ALTER TABLE one ADD COLUMN b TEXT', 'UPDATE one SET b = a'];
  const columns = (db: DatabaseSync): unknown[] =>
    db
      .prepare('PRAGMA table_info(one)')
      .all()
      .map(({ name }) => name);
  const version = (db: DatabaseSync): unknown => db.prepare('PRAGMA user_version').get()?.['user_version'];

  await t.test('an older file is migrated with its content', (t) => {
    const db = new DatabaseSync(':memory:');
    migrate(db, plan.slice(0, 1), []);
    db.exec("INSERT INTO one VALUES ('x')");
    migrate(db, plan, []);
    t.equal(version(db), 3);
    t.strictSame(db.prepare('SELECT b FROM one').get()?.['b'], 'x');
    migrate(db, plan, []);
    t.equal(version(db), 3, 'nothing twice');
    t.end();
  });
  await t.test('a step that fails leaves the previous version', (t) => {
    const db = new DatabaseSync(':memory:');
    t.throws(() => {
      migrate(db, [...plan.slice(0, 1), 'ALTER TABLE one ADD COLUMN b TEXT; ALTER TABLE gone ADD COLUMN c TEXT'], []);
    });
    t.equal(version(db), 1);
    t.strictSame(columns(db), ['a']);
    t.end();
  });
  await t.test('a file of a newer version is refused and not changed', async (t) => {
    const folder = folderOf(t);
    const { store } = await open(t, folder);
    await store.stop();
    const db = new DatabaseSync(join(folder, fileName));
    db.exec(`PRAGMA user_version = ${currentVersion + 1}`);
    db.close();
    await t.rejects(
      storeIn(folder).store.start(() => undefined),
      SchemaError,
    );
    t.strictSame(readdirSync(folder), [fileName]);
  });
});

/** Takes away what came after the released version 3. */
const released =
  'DROP INDEX record_recording; ' +
  ['extra', 'extensions', 'recording'].map((name) => `ALTER TABLE record DROP COLUMN ${name}`).join('; ') +
  '; DROP TABLE figure; DROP TABLE figure_pause; DROP TABLE kept';

void t.test('files of earlier versions are migrated to this one with their content', async (t) => {
  const earlier = {
    3: released,
    2: `${released}; DROP TABLE store; ALTER TABLE delivery DROP COLUMN replayed_at`,
  };
  for (const [version, undo] of Object.entries(earlier)) {
    const folder = folderOf(t);
    const { store: first } = await open(t, folder);
    await first.add(record('a'), ['']);
    await first.stop();
    const db = new DatabaseSync(join(folder, fileName));
    db.exec(`${undo}; PRAGMA user_version = ${version}`);
    db.close();
    const { store } = await open(t, folder);
    const filter = { state: undefined, receiver: undefined, events: undefined };
    t.match(await store.query((queries) => queries.deliveries(filter, 9, 9).deliveries), [
      { id: 'a', state: 'pending', replayedAt: undefined },
    ]);
    t.strictSame(await store.pending('', 0, 9), [{ seq: 1, entry: record('a'), attempts: 0 }]);
    t.notOk(
      await store.query((queries) => queries.isRecordingOf('a.wav', '801')),
      'of whom nothing is known: nobody’s',
    );
    const cell = { at: 20261129, queue: '630', agent: '801' };
    await store.count([{ ...cell, add: { offered: 1 } }], 'how far', '');
    const question = { from: cell.at, to: cell.at, by: ['day'], queue: undefined, agent: undefined } as const;
    t.match((await store.figures(question)).rows, [{ at: cell.at, counts: { offered: 1 } }], 'figures can be counted');
  }
});

void t.test('a package may be put back to the one before: it opens the file, and loses nothing', async (t) => {
  const folder = folderOf(t);
  const { store: first } = await open(t, folder);
  await first.add({ ...record('a'), extra: '{"Channel":"x"}' }, ['', 'crm']);
  await first.stop();
  const db = new DatabaseSync(join(folder, fileName));
  t.equal(db.prepare('PRAGMA user_version').get()?.['user_version'], 3, 'version 3 opens no file of a later one');
  // How version 3 writes and reads.
  const { id, event, callId, body, createdAt } = record('b');
  db.prepare('INSERT INTO record (id, event, call_id, body, created_at, done_at) VALUES (?, ?, ?, ?, ?, NULL)').run(
    id,
    event,
    callId,
    body,
    createdAt,
  );
  db.exec("INSERT INTO delivery (seq, receiver, state, attempts, error, changed_at) VALUES (2, 'crm', 0, 0, '', 1)");
  db.exec("UPDATE delivery SET state = 2 WHERE seq = 1 AND receiver = ''");
  t.equal(db.prepare('SELECT r.body FROM delivery d JOIN record r ON r.seq = d.seq WHERE d.state = 0').all().length, 2);
  db.close();
  const { store } = await open(t, folder);
  t.strictSame(await store.pending('', 0, 9), []);
  t.strictSame(await store.pending('crm', 0, 9), [
    { seq: 1, entry: { ...record('a'), extra: '{"Channel":"x"}' }, attempts: 0 },
    { seq: 2, entry: record('b'), attempts: 0 },
  ]);
});
