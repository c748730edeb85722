import t from 'tap';
import { forAll } from '../../src/system/for-all.ts';

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
