import t from 'tap';
import { forAll, inTurn, together } from '../../src/system/for-all.ts';

void t.test('work is done for all, whatever one of them does', (t) => {
  const done: number[] = [];
  const fault = new Error('a fault');
  const work = (faulty: readonly number[]) => (item: number) => {
    if (faulty.includes(item)) throw fault;
    done.push(item);
  };
  forAll([1, 2, 3], work([]));
  t.strictSame(done.splice(0), [1, 2, 3]);
  t.throws(() => {
    forAll([1, 2, 3], work([2]));
  }, fault);
  t.strictSame(done.splice(0), [1, 3]);
  t.throws(
    () => {
      forAll([1, 2, 3], work([1, 2]));
    },
    { message: '2 faults', errors: [fault, fault] },
  );
  t.strictSame(done, [3]);
  t.end();
});

void t.test('work that takes time is done in turn, also after one that fails', async (t) => {
  const done: number[] = [];
  const fault = new Error('a fault');
  const work = (faulty: readonly number[]) => async (item: number) => {
    await new Promise(setImmediate);
    done.push(item);
    if (faulty.includes(item)) throw fault;
  };
  await inTurn([1, 2, 3], work([]));
  t.strictSame(done.splice(0), [1, 2, 3]);
  await t.rejects(inTurn([1, 2], work([1])), fault);
  t.strictSame(done.splice(0), [1, 2]);
  await t.rejects(inTurn([1, 2], work([1, 2])), { message: '2 faults', errors: [fault, fault] });
});

void t.test('what is under way at once is waited for, also when some of it fails', async (t) => {
  let isDone = false;
  const slow = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await new Promise(setImmediate);
    isDone = true;
  };
  const fault = new Error('a fault');
  await t.rejects(together([Promise.reject(fault), slow()]), fault);
  t.ok(isDone);
  await together([slow()]);
});
