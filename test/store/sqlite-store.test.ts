// Also tests disk-failure.ts, sqlite-file.ts, sqlite-rows.ts and store-error.ts, through the store that is made of them.
import {
  chmodSync,
  chownSync,
  copyFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { fileName } from '../../src/store/sqlite-file.ts';
import { FakeClock } from '../push/fakes.ts';
import { storeContract } from './store-contract.ts';
import { crashes, firstFull } from './store-children.ts';

import { delivered, folderOf, idsIn, open, record, storeIn } from './stores.ts';

void t.test('what every store does', (t) => {
  storeContract(t, async (t) => (await open(t, folderOf(t))).store);
  t.end();
});

void t.test('records survive a restart; sequence numbers go on ascending', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  const first = await store.add(record('a'), ['']);
  const second = await store.add(record('b'), ['']);
  await store.mark('', 'b', delivered);
  await store.stop();
  await t.rejects(store.add(record('c'), ['']), { name: 'StoreError' });
  await t.rejects(store.pending('', 0, 1), { name: 'StoreError' });

  const { store: again } = await open(t, folder);
  t.strictSame(again.counts(''), { pending: 1, dead: 0 });
  t.match(await again.pending('', 0, 10), [{ seq: first, entry: record('a') }]);
  t.equal(await again.add(record('b'), ['']), undefined);
  t.ok(Number(await again.add(record('c'), [''])) > Number(second));
});

void t.test('stop writes what is still queued', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  const adds = Array.from({ length: 450 }, (_, i) => store.add(record(`r${i}`), ['']));
  await store.stop();
  t.notOk((await Promise.all(adds)).includes(undefined));
  t.equal((await open(t, folder)).store.counts('').pending, 450);
});

void t.test('the newest checkpoint of a name survives a restart', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  t.equal(store.checkpoint('log'), undefined);
  store.setCheckpoint('log', '1');
  store.setCheckpoint('log', '2');
  store.setCheckpoint('other', 'x');
  t.equal(store.checkpoint('log'), '2', 'before it is durable');
  await store.stop();
  const next = await open(t, folder);
  t.equal(next.store.checkpoint('log'), '2');
  t.equal(next.store.checkpoint('other'), 'x');
});

void t.test('the first checkpoint of a name survives the loss of the WAL', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  store.setCheckpoint('log', '1');
  await store.add(record('a'), ['']);
  store.setCheckpoint('log', '2');
  await store.add(record('b'), ['']);
  const copy = folderOf(t);
  copyFileSync(join(folder, fileName), join(copy, fileName));
  t.equal((await open(t, copy)).store.checkpoint('log'), '1');
  await store.stop();
});

void t.test('a checkpoint waits for the disk, like the records before it', async (t) => {
  const folder = folderOf(t);
  const clock = new FakeClock();
  writeFileSync(join(folder, 'blocked'), '');
  const blocked = storeIn(join(folder, 'blocked'), { clock });
  await blocked.store.start(() => undefined);
  t.throws(() => blocked.store.checkpoint('log'), /./, 'nobody knows: that is not the same as none');
  t.ok((await Promise.allSettled([blocked.store.add(record('a'), [''])]))[0].status === 'rejected');
  blocked.store.setCheckpoint('log', 'after a');
  t.equal(blocked.store.checkpoint('log'), 'after a');
  rmSync(join(folder, 'blocked'));
  await clock.advance(3_000);
  t.match(blocked.store.health, { state: 'ok' });
  t.equal(blocked.store.checkpoint('log'), 'after a');
  t.strictSame(await idsIn(blocked.store), ['a']);
  await blocked.store.stop();
});

void t.test('in a group, only the record that cannot be stored fails', async (t) => {
  const { store, log } = await open(t, folderOf(t));
  const adds = [record('a'), record('b', 0.5), record('c')].map((one) => store.add(one, ['', 'crm']));
  const ends = await Promise.allSettled(adds);
  t.match(ends, [{ status: 'fulfilled' }, { status: 'rejected', reason: Error }, { status: 'fulfilled' }]);
  t.strictSame(await idsIn(store, 'crm'), ['a', 'c']);
  t.strictSame(store.counts('crm'), { pending: 2, dead: 0 });
  t.match(store.health, { state: 'ok' });
  t.strictSame(log.lines, []);
});

void t.test('a disk that takes nothing: a record that was taken before does not fail', async (t) => {
  const { store } = await open(t, folderOf(t), { limits: { bytes: 200_000 } });
  await store.add(record('a'), ['']);
  await store.add(record('large', undefined, 400_000), ['']);
  // The store learns that there is no room when it writes the first of these, and knows it when the last one comes.
  const again = [store.add(record('a'), ['']), store.add(record('b'), ['']), store.add(record('b'), [''])];
  const [a, b, second] = await Promise.allSettled(again);
  t.match(store.health, { state: 'failing', waiting: 1 });
  t.same(a, { status: 'fulfilled', value: undefined }, 'it is in the file');
  t.match(b, { status: 'rejected', reason: { kind: 'full' } });
  t.same(second, { status: 'fulfilled', value: undefined }, 'it waits in memory');
  t.equal(await store.add(record('a'), ['']), undefined);
});

void t.test('the folder is made; nobody else may read the files', async (t) => {
  const folder = join(folderOf(t), 'lib', 'coocenter-api');
  const { store } = await open(t, folder);
  await store.add(record('a'), ['']);
  t.equal(statSync(folder).mode & 0o027, 0);
  for (const name of readdirSync(folder)) t.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  t.ok(readdirSync(folder).includes(fileName));
});

void t.test('a folder that cannot be made is logged, and used once it can be', async (t) => {
  const base = folderOf(t);
  writeFileSync(join(base, 'file'), '');
  const clock = new FakeClock();
  const { store, log } = await open(t, join(base, 'file', 'data'), { clock });
  t.match(log.lines, [/^error store: store in .*file\/data: ENOTDIR/]);
  t.match(store.health, { state: 'failing', reason: /ENOTDIR/, since: clock.now() });
  await t.rejects(store.add(record('a'), ['']), { name: 'StoreError', message: /ENOTDIR/ });
  await t.rejects(store.pending('', 0, 10), /ENOTDIR/);
  t.equal(await store.add(record('a'), ['']), undefined, 'it was taken before');
  await clock.advance(10_000);
  t.equal(log.lines.length, 1, 'told once');
  rmSync(join(base, 'file'));
  await clock.advance(1_000);
  t.match(store.health, { state: 'ok', dropped: 0 });
  t.match(log.lines[1], /^info store: writes again, after 1[01] s/);
  t.strictSame(await idsIn(store), ['a']);
});

void t.test('a read-only folder is logged, and used once it can be written', async (t) => {
  const folder = folderOf(t);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) chownSync(folder, 65534, 65534);
  chmodSync(folder, 0o500);
  // root may write anywhere.
  if (isRoot) process.seteuid?.(65534);
  t.teardown(() => {
    if (isRoot) process.seteuid?.(0);
  });
  const clock = new FakeClock();
  const { store, log } = await open(t, folder, { clock });
  t.match(log.lines, [/^error store: store in .*: EACCES: permission denied/]);
  await t.rejects(store.add(record('a'), ['']), /EACCES/);
  t.match(store.health, { state: 'failing', waiting: 1 });
  chmodSync(folder, 0o700);
  await clock.advance(1_000);
  t.match(store.health, { state: 'ok' });
  t.strictSame(await idsIn(store), ['a']);
});

void t.test(
  'while the disk takes nothing, memory is bounded: the oldest records are dropped, and the caller is told',
  async (t) => {
    const base = folderOf(t);
    writeFileSync(join(base, 'file'), '');
    const clock = new FakeClock();
    const { store } = storeIn(join(base, 'file', 'data'), { clock, limits: { buffered: 3 } });
    const dropped: string[] = [];
    await store.start((receiver, id) => dropped.push(`${receiver} ${id}`));
    t.teardown(() => store.stop());
    for (const id of ['a', 'b', 'c']) await t.rejects(store.add(record(id), ['', 'crm']));
    await t.rejects(store.mark('', 'a', delivered));
    await t.rejects(store.mark('crm', 'b', { state: 'dead', attempts: 3, error: 'HTTP 404' }));
    for (const id of ['d', 'e']) await t.rejects(store.add(record(id), ['', 'crm']));
    t.strictSame(dropped, ['crm a', ' b']);
    t.match(store.health, { state: 'failing', waiting: 3, dropped: 2 });
    await t.rejects(store.mark('', 'd', delivered));
    rmSync(join(base, 'file'));
    await clock.advance(1_000);
    t.match(store.health, { state: 'ok', dropped: 2 });
    t.strictSame(await idsIn(store), ['c', 'e'], 'what was delivered meanwhile is not pending');
    t.strictSame(await idsIn(store, 'crm'), ['c', 'd', 'e']);
  },
);

void t.test('a WAL that is cut at any byte: all commits before the cut are there, in their order', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  const wal = join(folder, `${fileName}-wal`);
  const sizes: number[] = [];
  for (let i = 0; i < 40; i++) {
    await store.add(record(`r${i}`, 0, 700), ['']);
    sizes.push(statSync(wal).size);
  }
  t.strictSame(
    sizes,
    sizes.toSorted((a, b) => a - b),
    'no checkpoint came between',
  );
  const cuts = [
    0,
    31,
    32,
    ...sizes.slice(0, 5),
    ...Array.from({ length: 15 }, () => Math.floor(Math.random() * (sizes.at(-1) ?? 0))),
  ];
  for (const cut of cuts) {
    const copy = folderOf(t);
    copyFileSync(join(folder, fileName), join(copy, fileName));
    copyFileSync(wal, join(copy, `${fileName}-wal`));
    truncateSync(join(copy, `${fileName}-wal`), cut);
    const { store: torn, log } = await open(t, copy);
    const whole = sizes.filter((size) => size <= cut).length;
    t.strictSame(
      await idsIn(torn),
      Array.from({ length: whole }, (_, i) => `r${i}`),
      `cut at ${cut}`,
    );
    t.strictSame(log.lines, []);
    t.type(await torn.add(record('next'), ['']), 'number');
    await torn.stop();
  }
});

void t.test(
  'a full disk (a limit on the size of files): logged, nothing crashes, and the store recovers',
  async (t) => {
    const { lines, end } = await firstFull(folderOf(t));
    t.equal(end, 0, lines.join('\n'));
    t.match(lines, [/^failing .*(full|disk)/, /^what is pending can be read: true/, /^ok all \d+ there/]);
  },
);

void t.test('kill -9 at random moments: every record whose promise resolved is there', async (t) => {
  const folder = folderOf(t);
  const acknowledged = await crashes(folder, 20);
  t.ok(acknowledged.length > 20, `${acknowledged.length} acknowledged`);
  const { store, log } = await open(t, folder);
  const there = new Set(await idsIn(store));
  t.strictSame(
    acknowledged.filter((id) => !there.has(id)),
    [],
  );
  t.strictSame(log.lines, []);
});

void t.test('a second daemon on the same folder cannot use it until the first is gone', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  await store.add(record('a'), ['']);
  const clock = new FakeClock();
  const { store: second, log } = await open(t, folder, { clock });
  t.match(second.health, { state: 'failing', reason: /another process has the file/ });
  t.equal(log.lines.length, 1);
  await store.stop();
  await clock.advance(1_000);
  t.match(second.health, { state: 'ok' });
  t.strictSame(await idsIn(second), ['a']);
});
