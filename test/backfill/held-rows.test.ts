import t from 'tap';
import { HeldRows } from '../../src/backfill/held-rows.ts';
import { event } from '../picture/messages.ts';

const row = (id: string): ReturnType<typeof event> => event('Cdr', { UniqueID: id });

void t.test('rows are handed over once, in their order', (t) => {
  const held = new HeldRows();
  for (const [index, id] of ['1.1', '1.2', '1.3'].entries()) t.ok(held.add(row(id), index, 0));
  const taken: string[] = [];
  const take = (message: ReturnType<typeof event>, arrived: number): void => {
    taken.push(`${message.get('UniqueID')} ${arrived}`);
  };
  held.release(take);
  t.strictSame(taken.splice(0), ['1.1 0', '1.2 1', '1.3 2']);
  held.release(take);
  t.strictSame(taken, []);
  t.end();
});

void t.test('a row that cannot be taken does not keep the others', (t) => {
  const held = new HeldRows();
  for (const id of ['1.1', '1.2', '1.3']) held.add(row(id), 0, 0);
  const taken: string[] = [];
  const release = (): void => {
    held.release((message) => {
      if (message.get('UniqueID') === '1.2') throw new Error('a bug');
      taken.push(message.get('UniqueID'));
    });
  };
  t.throws(release, { message: '1 of 3 held rows failed' });
  t.strictSame(taken, ['1.1', '1.3']);
  release();
  t.strictSame(taken, ['1.1', '1.3'], 'none comes again');
  t.end();
});

void t.test('a row is overdue after 8 seconds', (t) => {
  const held = new HeldRows();
  t.notOk(held.isOverdue(1_000_000), 'none is held');
  // Whenever they came by the box's clock, which may step.
  held.add(row('1.1'), 3_600_000, 10_000);
  held.add(row('1.2'), 0, 17_000);
  t.notOk(held.isOverdue(18_000));
  t.ok(held.isOverdue(18_001), 'the oldest counts');
  t.end();
});

void t.test('there is room for 2,000 rows', (t) => {
  const held = new HeldRows();
  for (let n = 0; n < 2_000; n++) held.add(row(`1.${n}`), n, n);
  t.notOk(held.add(row('2.1'), 2_000, 2_000));
  let count = 0;
  held.release(() => count++);
  t.equal(count, 2_000);
  t.ok(held.add(row('2.2'), 2_001, 2_001), 'and again after the release');
  t.end();
});
