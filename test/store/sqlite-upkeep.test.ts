// sqlite-evictions.ts is tested here too.
import t from 'tap';
import { FakeClock } from '../push/fakes.ts';
import { after, day, delivered, folderOf, idsIn, open, record, storeIn } from './stores.ts';

void t.test('bounds', async (t) => {
  await t.test('delivered records are deleted after keep_days; the others stay, whatever their age', async (t) => {
    const clock = new FakeClock();
    const { store } = await open(t, folderOf(t), { clock });
    const adds = ['pending', 'dead', 'delivered'].map((id) => store.add(record(id, clock.now()), ['']));
    await after(clock, 10, Promise.all(adds));
    await after(clock, 10, store.mark('', 'dead', { state: 'dead', attempts: 9, error: 'HTTP 404' }));
    await after(clock, 10, store.mark('', 'delivered', delivered));
    clock.offset -= day;
    await clock.advance(30 * day);
    t.equal(await after(clock, 10, store.add(record('delivered'), [''])), undefined, 'the clock stepped back a day');
    clock.offset += day;
    await clock.advance(120_000);
    t.type(await after(clock, 10, store.add(record('delivered'), [''])), 'number');
    t.strictSame(store.counts(''), { pending: 2, dead: 1 });
  });

  await t.test('what is open for a receiver that is gone waits keep_days for its return', async (t) => {
    const clock = new FakeClock();
    const { store, log } = await open(t, folderOf(t), { clock });
    await after(
      clock,
      10,
      Promise.all([store.add(record('a', clock.now()), ['', 'gone']), store.add(record('b', clock.now()), ['gone'])]),
    );
    await clock.advance(29 * day);
    t.equal(store.counts('gone').pending, 2);
    await clock.advance(2 * day);
    t.strictSame(store.counts('gone'), { pending: 0, dead: 0 });
    t.strictSame(await idsIn(store), ['a']);
    t.match(log.lines, [/^info store: 2 records for gone, which is no receiver any more, expired/]);
  });

  await t.test(
    'by size: the oldest delivered records are deleted, then dead letters; after that new records stay in memory',
    async (t) => {
      const clock = new FakeClock();
      const bytes = 1024 * 1024;
      const { store, log } = storeIn(folderOf(t), { clock, limits: { bytes } });
      const dropped: string[] = [];
      await store.start((_, id) => dropped.push(id));
      t.teardown(() => store.stop());
      let next = 0;
      const fill = async (count: number): Promise<void> => {
        await after(
          clock,
          400,
          Promise.allSettled(Array.from({ length: count }, () => store.add(record(`r${next++}`, 0, 900), ['']))),
        );
      };
      await fill(200);
      await after(clock, 10, Promise.all(Array.from({ length: 50 }, (_, i) => store.mark('', `r${i}`, delivered))));
      await after(
        clock,
        10,
        Promise.all(
          Array.from({ length: 100 }, (_, i) =>
            store.mark('', `r${50 + i}`, { state: 'dead', attempts: 9, error: 'HTTP 404' }),
          ),
        ),
      );
      for (let round = 0; round < 20 && store.counts('').dead === 100; round++) await fill(50);
      t.ok(store.counts('').dead < 100);
      t.strictSame(
        dropped,
        Array.from({ length: dropped.length }, (_, i) => `r${50 + i}`),
        'dead letters, oldest first',
      );
      t.match(log.lines, [/^warning store: full, the \d+ oldest dead letters are deleted/]);
      t.match(store.health, { state: 'ok' });
      for (let round = 0; round < 40 && store.health.state === 'ok'; round++) await fill(50);
      t.match(store.health, { state: 'failing', reason: /full/ });
      t.strictSame(
        dropped,
        Array.from({ length: dropped.length }, (_, i) => `r${50 + i}`),
      );
      t.equal(dropped.length, 100, 'nothing that is pending');
      const { pending } = store.counts('');
      await t.rejects(store.add(record('late'), ['']), /full/);
      await t.rejects(store.mark('', 'r150', delivered), /full/);
      const marks = Array.from({ length: 149 }, (_, i) => store.mark('', `r${151 + i}`, delivered));
      t.ok((await Promise.allSettled(marks)).every(({ status }) => status === 'rejected'));
      await clock.advance(5_000);
      t.match(store.health, { state: 'ok' }, 'room was made by what was delivered');
      t.not(store.counts('').pending, pending);
      t.ok((await idsIn(store)).includes('late'));
    },
  );
});
