import t from 'tap';

import { Backlog } from '../../src/push/backlog.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { PendingRecord } from '../../src/store/store.ts';
import { entry } from './fakes.ts';

/** A store whose reads the test answers. */
class AskedStore extends MemoryStore {
  answer: (found: readonly PendingRecord[]) => void = () => undefined;

  override pending(): Promise<readonly PendingRecord[]> {
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }
}

/** A backlog of an empty store to which one record was then left. */
async function behind(): Promise<{ store: AskedStore; backlog: Backlog }> {
  const store = new AskedStore();
  const backlog = new Backlog('crm', store);
  const look = backlog.load(4);
  store.answer([]);
  await look;
  return { store, backlog };
}

void t.test('a record that is confirmed, perhaps delivered, during a read is not returned by it', async (t) => {
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

void t.test('a read that comes too early for a record is repeated once the record is stored', async (t) => {
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

void t.test('a record that arrives and is stored during a read is not forgotten', async (t) => {
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
