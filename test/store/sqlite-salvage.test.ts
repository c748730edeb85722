// Also tests sqlite-inspection.ts, and what sqlite-file.ts does with a damaged file.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import type { Test } from 'tap';
import { fileName, smallFile } from '../../src/store/sqlite-file.ts';
import { salvage } from '../../src/store/sqlite-salvage.ts';
import { migrate } from '../../src/store/sqlite-schema.ts';
import { FakeClock } from '../push/fakes.ts';
import { after, delivered, folderOf, idsIn, open, record } from './stores.ts';

/** A store whose file will be found damaged when it is read next. */
async function damaged(t: Test, folder: string, clock: FakeClock): ReturnType<typeof open> {
  const { store } = await open(t, folder, { clock });
  const many = Array.from({ length: 400 }, (_, i) => store.add(record(`r${i}`, 0, 2_000), ['']));
  await after(clock, 1_000, Promise.all(many));
  await store.stop();
  const next = await open(t, folder, { clock });
  const path = join(folder, fileName);
  const bytes = readFileSync(path);
  bytes.fill(0x55, 4096 * 2);
  writeFileSync(path, bytes);
  return next;
}

void t.test('a file that is found damaged while in use is set aside, and what is added then is kept', async (t) => {
  const folder = folderOf(t);
  const clock = new FakeClock();
  const { store, log } = await damaged(t, folder, clock);
  await t.rejects(store.pending('', 0, 400), { name: 'StoreError', kind: 'damaged' });
  await t.rejects(store.add(record('late'), ['']), { name: 'StoreError', kind: 'damaged' });
  await clock.advance(1_000);
  t.match(store.health, { state: 'ok' });
  t.match(log.lines, [
    /^error store: the file is damaged/,
    /is damaged and was set aside as/,
    /^info store: writes again/,
  ]);
  t.strictSame(await idsIn(store), ['late']);
});

void t.test('a file that cannot be opened again: a stop logs what is lost, and still stops', async (t) => {
  const folder = folderOf(t);
  const clock = new FakeClock();
  const { store, log } = await damaged(t, folder, clock);
  renameSync(folder, `${folder}.gone`);
  t.teardown(() => {
    rmSync(`${folder}.gone`, { recursive: true });
  });
  writeFileSync(folder, 'no folder');
  await t.rejects(store.pending('', 0, 400), { name: 'StoreError', kind: 'damaged' });
  await t.rejects(after(clock, 1_000, store.add(record('late'), [''])), { name: 'StoreError' });
  await clock.advance(1_000);
  t.match(store.health, { state: 'failing', waiting: 1 });
  await store.stop();
  t.match(log.lines, [/^error store: the file is damaged/, /^error store: 1 records could not be written/]);
});

void t.test('a damaged file is set aside, not deleted, and a new one begins with what can be read', async (t) => {
  for (const how of ['no database', 'a page in the middle', 'cut off'] as const) {
    const folder = folderOf(t);
    const { store } = await open(t, folder);
    await Promise.all(Array.from({ length: 100 }, (_, i) => store.add(record(`r${i}`, 0, 500), [''])));
    await store.stop();
    const path = join(folder, fileName);
    const bytes = readFileSync(path);
    if (how === 'no database') bytes.fill('x', 0, 100);
    if (how === 'a page in the middle') bytes.fill(0x55, 4096 * 8, 4096 * 9);
    writeFileSync(path, how === 'cut off' ? bytes.subarray(0, 4096 * 5) : bytes);
    const damaged = readFileSync(path);
    const clock = new FakeClock();

    const { store: next, log } = await open(t, folder, { clock });
    t.match(log.lines, [/^error store: .* is damaged and was set aside as .*damaged-2026-01-01T00-00-00/], how);
    t.match(next.health, { state: 'ok' });
    const saved = next.counts('').pending;
    t.ok(
      how === 'a page in the middle' ? saved > 80 : how === 'cut off' || saved === 0,
      `${how}: ${saved} of 100 saved`,
    );
    t.equal((await idsIn(next)).length, saved, 'and they can be delivered');
    const aside = readdirSync(folder).filter(
      (name) => name.startsWith(`${fileName}.damaged-`) && !name.endsWith('-wal'),
    );
    t.equal(aside.length, 1);
    t.strictSame(readFileSync(join(folder, aside[0] ?? '')), damaged, 'as it was');
    t.type(await after(clock, 10, next.add(record('new'), [''])), 'number');
  }
});

void t.test(
  'what a format needs, and whose a record is, is saved with it; a file of an earlier version is saved too',
  async (t) => {
    for (const isOld of [false, true]) {
      const folder = folderOf(t);
      const { store } = await open(t, folder);
      const entries = Array.from({ length: 100 }, (_, i) => ({
        ...record(`r${i}`, 0, 500),
        ...(i % 2 === 0 ? { extra: `{"Channel":"${i}"}` } : {}),
        owners: { extensions: ['800', '801'], ...(i % 2 === 0 ? { recording: `${i}.wav` } : {}) },
      }));
      await Promise.all(entries.map((entry) => store.add(entry, [''])));
      await store.stop();
      const path = join(folder, fileName);
      if (isOld) {
        const db = new DatabaseSync(path);
        db.exec(
          `DROP INDEX record_recording; ALTER TABLE record DROP COLUMN recording;
           ALTER TABLE record DROP COLUMN extensions; ALTER TABLE record DROP COLUMN extra; PRAGMA user_version = 3`,
        );
        db.close();
      }
      const bytes = readFileSync(path);
      bytes.fill(0x55, 4096 * 8, 4096 * 9);
      writeFileSync(path, bytes);
      const { store: next } = await open(t, folder);
      const saved = await next.pending('', 0, 1_000);
      t.ok(saved.length > 80, `${saved.length} of 100 saved`);
      for (const { entry } of saved) {
        const { extra, owners, ...rest } = entries.find(({ id }) => id === entry.id)!;
        t.strictSame(entry, isOld || extra === undefined ? rest : { ...rest, extra });
        const { recording = '' } = owners;
        const isKnown = await next.query((queries) => queries.isRecordingOf(recording, '801'));
        t.equal(isKnown, !isOld && recording !== '');
      }
    }
  },
);

void t.test('checkpoints, dead letters and sequence numbers survive damage', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  const seqs = await Promise.all(
    Array.from({ length: 100 }, (_, i) => store.add(record(`r${i}`, 0, 500), ['', 'crm'])),
  );
  await Promise.all(Array.from({ length: 50 }, (_, i) => store.mark('', `r${i}`, delivered)));
  await store.mark('', 'r50', { state: 'dead', attempts: 9, error: 'HTTP 404' });
  store.setCheckpoint('log', 'here');
  await store.stop();
  const path = join(folder, fileName);
  const bytes = readFileSync(path);
  bytes.fill(0x55, 4096 * 12, 4096 * 13);
  writeFileSync(path, bytes);
  const { store: next } = await open(t, folder);
  t.equal(next.checkpoint('log'), 'here');
  t.ok(next.counts('').pending > 30 && next.counts('').pending <= 49, 'what was delivered is not sent again');
  t.equal(next.counts('').dead, 1);
  const places = new Map((await next.pending('crm', 0, 1_000)).map(({ seq, entry: { id } }) => [id, seq]));
  for (const [id, seq] of places) t.equal(seq, seqs[Number(id.slice(1))], 'under its place');
  t.ok(places.size > 80);
});

void t.test('a large file is read through while in use, and set aside if damage is found', async (t) => {
  const folder = folderOf(t);
  const clock = new FakeClock();
  const { store } = await open(t, folder, { clock });
  for (let n = 0; n < 20; n++) {
    const many = Array.from({ length: 100 }, (_, i) => store.add(record(`r${n * 100 + i}`, 0, 6_000), []));
    await after(clock, 1_000, Promise.all(many));
  }
  await store.stop();
  const path = join(folder, fileName);
  const bytes = readFileSync(path);
  t.ok(bytes.length > smallFile);
  bytes.fill(0x55, bytes.length - 4096 * 600, bytes.length - 4096 * 500);
  writeFileSync(path, bytes);
  const { store: next, log } = await open(t, folder, { clock });
  t.strictSame(log.lines, [], 'nothing waits for that');
  await clock.advance(120_000);
  t.match(log.lines.join('\n'), /is damaged and was set aside as/);
  t.match(next.health, { state: 'ok' });
  t.type(await after(clock, 10, next.add(record('new'), [''])), 'number');
});

void t.test('a row of another table on a damaged page: the others are saved', (t) => {
  const fresh = new DatabaseSync(':memory:');
  migrate(fresh);
  // Tables that take values of any type, as a page that was written in the wrong place has them.
  const path = join(folderOf(t), fileName);
  const db = new DatabaseSync(path);
  const tables = fresh.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").all();
  for (const { sql } of tables) {
    db.exec(
      String(sql)
        .replace(/STRICT,? ?/, '')
        .replaceAll(/(INTEGER|TEXT) NOT NULL(?! UNIQUE)/g, 'BLOB NOT NULL'),
    );
  }
  const add = db.prepare("INSERT INTO record (id, event, call_id, body, created_at) VALUES (?, 'cdr', '1', '{}', ?)");
  add.run('a', 'a text');
  add.run('b', 1);
  db.exec(`INSERT INTO delivery VALUES (1, '', 0, 0, '', 1, NULL), (2, '', 0, 0, '', 1, NULL), (2, 'crm', 0, 'x', '', 1, NULL);
    INSERT INTO figure (at, queue, agent, offered) VALUES (20261128, '630', '', 'a text'), ('a text', '630', '', 1),
      (20261129, '630', '', 1);
    INSERT INTO note VALUES ('how far', '1')`);
  db.close();
  t.equal(salvage(path, fresh, new Map()), 1);
  const of = (sql: string): unknown[] =>
    fresh
      .prepare(sql)
      .all()
      .map((row) => Object.values(row));
  t.same(of('SELECT id, created_at FROM record'), [['b', 1]]);
  t.same(of('SELECT seq, receiver FROM delivery'), [[2, '']]);
  t.same(of('SELECT at, offered FROM figure'), [[20261129, 1]]);
  t.same(of('SELECT name, text FROM note'), [['how far', '1']]);
  t.end();
});
