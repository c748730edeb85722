import t from 'tap';
import { GroupCommit } from '../../src/store/group-commit.ts';
import { StoreError } from '../../src/store/store-error.ts';
import type { StoreChange } from '../../src/store/write-buffer.ts';
import { FakeClock } from '../push/fakes.ts';
import { record } from './stores.ts';

/** A disk in the hand of the test, and what was written to it in each transaction. */
class Disk {
  readonly clock = new FakeClock();
  readonly transactions: string[][] = [];
  readonly refused: string[] = [];
  failure: StoreError | undefined;
  /** What a write throws. */
  fault: (ids: string[]) => Error | undefined = () => undefined;
  /** Milliseconds that a write takes. */
  takes = 0;
  readonly commits = new GroupCommit({
    clock: this.clock,
    failure: () => this.failure,
    write: (changes) => {
      const ids = changes.map(idOf);
      this.clock.time += this.takes;
      const fault = this.fault(ids);
      if (fault !== undefined) throw fault;
      this.transactions.push(ids);
      return ids.map((_, i) => i + 1);
    },
    onFailed: (error) => {
      this.failure = error;
    },
    keep: (change) => this.refused.push(idOf(change)) > 0,
  });

  add(id: string): Promise<number | undefined> {
    return this.commits.add({ kind: 'add', entry: record(id), receivers: [''] });
  }
}

function idOf(change: StoreChange): string {
  return change.kind === 'add' ? change.entry.id : change.kind;
}

void t.test('changes gather for a moment and are written in one transaction, 200 at most', async (t) => {
  const disk = new Disk();
  const adds = Array.from({ length: 250 }, (_, i) => disk.add(`r${i}`));
  t.ok(disk.commits.has('r249'));
  await disk.clock.advance(2);
  t.strictSame(disk.transactions, []);
  await disk.clock.advance(1);
  t.strictSame(
    disk.transactions.map(({ length }) => length),
    [200],
  );
  await disk.clock.advance(3);
  t.equal((await Promise.all(adds))[249], 50);
  t.notOk(disk.commits.has('r249'));
});

void t.test('the slower the disk, the longer changes gather, up to 100 ms', async (t) => {
  const disk = new Disk();
  disk.takes = 20;
  void disk.add('a');
  await disk.clock.advance(30);
  void disk.add('b');
  await disk.clock.advance(39);
  t.equal(disk.transactions.length, 1);
  disk.takes = 1_000;
  await disk.clock.advance(1);
  t.equal(disk.transactions.length, 2);
  void disk.add('c');
  await disk.clock.advance(100);
  t.equal(disk.transactions.length, 3);
});

void t.test('of a group only the change at fault fails', async (t) => {
  const disk = new Disk();
  disk.fault = (ids) => (ids.includes('bad') ? new Error('no such type') : undefined);
  const ends = Promise.allSettled(['a', 'bad', 'b'].map((id) => disk.add(id)));
  await disk.clock.advance(3);
  t.match(await ends, [{ value: 1 }, { reason: { message: 'no such type' } }, { value: 1 }]);
  t.strictSame(disk.transactions, [['a'], ['b']]);
  t.strictSame(disk.refused, []);
});

void t.test('a disk that fails: all that is queued is refused, and handed over for later', async (t) => {
  const disk = new Disk();
  const error = new StoreError('full', 'the disk is full');
  disk.fault = () => error;
  const adds = ['a', 'b'].map((id) => disk.add(id));
  disk.commits.stop();
  t.match(await Promise.allSettled(adds), [{ reason: error }, { reason: error }]);
  t.equal(disk.failure, error);
  t.strictSame(disk.refused, ['a', 'b']);
  const late = disk.add('c');
  disk.commits.flushWhileWritable();
  t.ok(disk.commits.has('c'), 'it stays in the queue until its turn');
  disk.commits.stop();
  await t.rejects(late, error);
});

void t.test('checkpoints: the newest in the queue; settled when all before is written', async (t) => {
  const disk = new Disk();
  for (const text of ['1', '2']) void disk.commits.add({ kind: 'checkpoint', name: 'log', text });
  t.equal(disk.commits.checkpoint('log'), '2');
  t.equal(disk.commits.checkpoint('other'), undefined);
  const settled = disk.commits.settled();
  disk.commits.flushWhileWritable();
  await settled;
  t.equal(disk.commits.checkpoint('log'), undefined);
  await disk.commits.settled();
});
