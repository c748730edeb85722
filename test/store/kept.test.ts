import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FakeClock } from '../push/fakes.ts';
import { folderOf, open, record } from './stores.ts';

const kept = (id: string, text: string | undefined) => ({ of: 'missed call', id, text });

void t.test('what is kept with a record is there with it, once, and after a restart', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  const one = { ...record('a'), keeps: [kept('1', 'one'), kept('2', 'two')] };
  await store.add(one, ['']);
  store.keep(kept('1', 'changed'));
  t.equal(await store.add(one, ['']), undefined, 'found again: what came since stays');
  store.keep(kept('2', undefined));
  store.keep({ ...kept('3', 'x'), of: 'something else' });
  await store.settled();
  t.same(store.kept('missed call'), ['changed']);
  await store.stop();
  const { store: next } = await open(t, folder);
  t.same(next.kept('missed call'), ['changed']);
});

void t.test('a disk that takes nothing: it waits with its record', async (t) => {
  const folder = folderOf(t);
  const clock = new FakeClock();
  writeFileSync(join(folder, 'blocked'), '');
  const { store } = await open(t, join(folder, 'blocked'), { clock });
  t.throws(() => store.kept('missed call'), { name: 'StoreError' });
  store.keep(kept('1', 'old'));
  await t.rejects(store.add({ ...record('a'), keeps: [kept('1', 'new')] }, ['']));
  store.keep(kept('2', 'other'));
  rmSync(join(folder, 'blocked'));
  await clock.advance(3_000);
  t.same(store.kept('missed call'), ['new', 'other']);
});
