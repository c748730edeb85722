import t from 'tap';
import { Throttle } from '../../src/http/throttle.ts';

void t.test('each sender has a budget of distinct wrong tokens', (t) => {
  const throttle = new Throttle({ burst: 3, interval: 1000, size: 4 });
  const wrong = (remote: string, token: string, now = 0): number => throttle.wrong(remote, token, now);
  for (const token of ['a', 'b', 'c']) t.equal(wrong('10.0.0.1', token), 0);
  t.equal(wrong('10.0.0.1', 'd'), 1);
  t.equal(wrong('::ffff:10.0.0.1', 'e'), 1, 'the same address over IPv6');
  for (let again = 0; again < 100; again++) t.equal(wrong('10.0.0.1', 'b'), 0, 'one that was counted costs nothing');
  t.equal(wrong('10.0.0.1', 'd'), 1, 'one that was refused was not counted');
  t.equal(wrong('10.0.0.2', 'd'), 0, 'nobody else pays');
  t.equal(wrong('10.0.0.1', 'd', 1000), 0, 'one a second');
  t.equal(wrong('10.0.0.1', 'e', 1001), 1);
  t.equal(wrong('10.0.0.1', 'a', 1001), 0, 'the first ones are known still');
  for (let second = 2; second < 60; second++) t.equal(wrong('10.0.0.1', `x${second}`, second * 1000), 0);
  t.equal(wrong('10.0.0.1', 'a', 59_001), 1, 'those of long ago are not');
  for (const token of ['a', 'b', 'c', 'd']) wrong('2001:db8:1:2::5', token);
  t.equal(wrong('2001:db8:1:2::6', 'e'), 1, 'a network of IPv6 is one sender');
  for (const other of ['a', 'b', 'c', 'd']) wrong(other, 'a');
  t.equal(wrong('2001:db8:1:2::5', 'e'), 0, 'forgotten: no more than size are remembered');
  t.end();
});
