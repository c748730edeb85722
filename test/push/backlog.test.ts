import t from 'tap';

import { Backlog } from '../../src/push/backlog.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { PendingRecord } from '../../src/store/store.ts';
import { entry } from './fakes.ts';

/** A store whose looks are answered by the test. */
class AskedStore extends MemoryStore {
  answer: (found: readonly PendingRecord[]) => void = () => undefined;

  override pending(): Promise<readonly PendingRecord[]> {
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }
}

/** A backlog with nothing in the store, that one record was then left to. */
async function behind(): Promise<{ store: AskedStore; backlog: Backlog }> {
  const store = new AskedStore();
  const backlog = new Backlog('crm', store);
  const look = backlog.load(4);
  store.answer([]);
  await look;
  return { store, backlog };
}

void t.test('backlog: a record confirmed, perhaps delivered, during a look is not found by it', async (t) => {
  const { store, backlog } = await behind();
  t.ok(backlog.admits(0, 1));
  t.notOk(backlog.admits(1, 1));
  backlog.left();
  const look = backlog.load(4);
  backlog.confirmed(1);
  store.answer([1, 2].map((seq) => ({ seq, entry: entry(`${seq}`, 'record', ''), attempts: 0 })));
  t.strictSame(
    (await look).map(({ seq }) => seq),
    [2],
  );
  t.notOk(backlog.wants(0, 4), 'all found');
});

void t.test('backlog: a look that comes too early for a record is repeated once that is there', async (t) => {
  const { store, backlog } = await behind();
  t.notOk(backlog.admits(1, 1));
  const early = backlog.load(4);
  store.answer([]);
  await early;
  t.notOk(backlog.wants(0, 4), 'not before, or it would spin');
  t.notOk(backlog.admits(0, 4), 'later ones do not overtake it');
  backlog.left();
  t.ok(backlog.wants(0, 4));
});

void t.test('backlog: nor is one forgotten that comes and is there while a look is under way', async (t) => {
  const { store, backlog } = await behind();
  t.notOk(backlog.admits(1, 1));
  backlog.left();
  const look = backlog.load(4);
  t.notOk(backlog.admits(0, 4));
  backlog.left();
  store.answer([]);
  await look;
  t.ok(backlog.wants(0, 4));
});

void t.test('memory store: dead ones make room first; who has it and who not is kept apart', async (t) => {
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
