import t from 'tap';
import { Budget } from '../../src/http/budget.ts';

void t.test('a client that reads keeps its claim; one that stopped, or whose address has the most, makes room', (t) => {
  let now = 0;
  const cut: string[] = [];
  const budget = new Budget({ most: 10, idle: 100, now: () => now });
  const take = (name: string, remote: string, size: number): ReturnType<Budget['take']> =>
    budget.take({ remote, size, cut: () => cut.push(name) });
  const a = take('a', '10.0.0.1', 5);
  const b = take('b', '10.0.0.1', 4);
  t.equal(take('c', '10.0.0.1', 2), undefined, 'no room');
  now = 60;
  b?.progressed();
  now = 120;
  t.ok(take('d', '10.0.0.1', 2), 'a has stopped');
  t.strictSame(cut, ['a']);
  a?.release();
  t.equal(take('e', '10.0.0.1', 5), undefined, 'and gives nothing back twice');
  t.ok(take('f', '10.0.0.1', 4));
  t.ok(take('g', '10.0.0.2', 3), 'an address that has ten against three makes room');
  t.strictSame(cut, ['a', 'b']);
  t.equal(take('h', '10.0.0.2', 3), undefined, 'six against six: nobody has stopped');
  now = 1000;
  t.ok(take('i', '10.0.0.3', 99), 'one that is larger than all, when the others have stopped');
  t.strictSame(cut, ['a', 'b', 'd', 'f', 'g']);
  t.end();
});
