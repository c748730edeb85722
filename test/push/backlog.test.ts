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
