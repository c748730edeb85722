import t from 'tap';
import { entry } from '../push/fakes.ts';
import { MemoryStore } from './memory-store.ts';
import { storeContract } from './store-contract.ts';

void t.test('what every store does', (t) => {
  storeContract(t, async () => {
    const store = new MemoryStore();
    await store.start(() => undefined);
    return store;
  });
  t.end();
});

void t.test('dead records make room first; each receiver has its own state', async (t) => {
  const dropped: string[] = [];
  const store = new MemoryStore({ held: 3, remembered: 2 });
  await store.start((receiver, id) => dropped.push(`${receiver} ${id}`));
  for (const id of ['a', 'b', 'c']) await store.add(entry(id, 'record', ''), ['x', 'y']);
  await store.mark('x', 'b', { state: 'dead', attempts: 9, error: '' });
  await store.mark('y', 'b', { state: 'delivered', attempts: 1 });
  await store.mark('y', 'c', { state: 'delivered', attempts: 1 });
  t.strictSame(
    [store.counts('x'), store.counts('y')],
    [
      { pending: 2, dead: 1 },
      { pending: 1, dead: 0 },
    ],
  );
  await store.add(entry('d', 'record', ''), ['x', 'y']);
  t.strictSame(dropped, [], 'the dead one went');
  t.strictSame(store.counts('x'), { pending: 3, dead: 0 });
  await store.add(entry('e', 'record', ''), ['x']);
  t.strictSame(dropped, ['x a', 'y a'], 'then the oldest');
  await store.mark('x', 'a', { state: 'delivered', attempts: 1 });
  await store.mark('x', 'c', { state: 'pending', attempts: 4, error: 'no' });
  t.strictSame(
    (await store.pending('x', 0, 2)).map(({ entry: { id }, attempts }) => `${id} ${attempts}`),
    ['c 4', 'd 0'],
  );
  t.strictSame(
    (await store.pending('x', 3, 9)).map(({ entry: { id } }) => id),
    ['d', 'e'],
  );
  for (const id of ['c', 'e']) await store.mark('x', id, { state: 'delivered', attempts: 5 });
  t.equal(await store.add(entry('c', 'record', ''), ['x']), undefined, 'known by its id');
  t.equal(typeof (await store.add(entry('f', 'record', ''), [])), 'number', 'for nobody');
  t.strictSame(
    [store.counts('x'), store.counts('y')],
    [
      { pending: 1, dead: 0 },
      { pending: 1, dead: 0 },
    ],
  );
});
