import t from 'tap';
import { CircuitBreaker } from '../../src/push/circuit-breaker.ts';
import { Lanes } from '../../src/push/lanes.ts';
import type { Delivery } from '../../src/push/lanes.ts';
import { entry } from './fakes.ts';

function add(lanes: Lanes, id: string, call: string): Delivery {
  return lanes.add({ entry: entry(id, 'record', call), expiresAt: 1e9, held: false, attempts: 0 }, 0)!;
}

void t.test('one failing event is no outage; three failing calls in a row are', (t) => {
  const lanes = new Lanes();
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((call) => add(lanes, call, call));
  const a2 = add(lanes, 'a2', 'a');
  const breaker = new CircuitBreaker();
  breaker.refused(a!, 0, 0, 0.5);
  breaker.refused(a!, 0, 0, 0.5);
  breaker.refused(a2, 0, 0, 0.5);
  breaker.refused(b!, 0, 0, 0.5);
  t.ok(breaker.isUp, 'two calls are not enough');
  t.ok(breaker.mayStart(0, 3, 4));
  t.notOk(breaker.mayStart(0, 4, 4));
  t.strictSame(breaker.succeeded(), { recovered: false, suspects: [a, a2, b] });
  breaker.refused(a!, 0, 0, 0.5);
  breaker.refused(b!, 0, 0, 0.5);
  breaker.forget(b!);
  breaker.refused(c!, 0, 0, 0.5);
  t.ok(breaker.isUp, 'a forgotten event is no evidence');
  breaker.refused(d!, 0, 0, 0.5);
  t.notOk(breaker.isUp);
  t.ok(breaker.wantsFresh);
  t.notOk(breaker.mayStart(999, 0, 4), 'the first probe after 1 s');
  t.ok(breaker.mayStart(1000, 0, 4));
  t.notOk(breaker.mayStart(1000, 1, 4), 'one probe at a time');
  t.strictSame(breaker.succeeded(), { recovered: true, suspects: [a, c, d] });
  t.ok(breaker.isUp);
  t.end();
});

void t.test('without a connection the receiver is down at once, and probed less and less often', (t) => {
  const breaker = new CircuitBreaker();
  let now = 0;
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    breaker.unreachable(now, now, 0.5);
    waits.push(breaker.notBefore - now);
    now = breaker.notBefore;
  }
  t.strictSame(waits, [1000, 2000, 5000, 10_000, 30_000, 60_000, 60_000, 60_000]);
  t.notOk(breaker.wantsFresh);
  breaker.unreachable(now, -1, 0.5);
  t.equal(breaker.notBefore - now, 60_000, 'an attempt of before is no probe');
  t.end();
});

void t.test('a busy receiver is left alone for as long as it says, unless the event is to blame', (t) => {
  const lanes = new Lanes();
  const a = add(lanes, 'a', 'a');
  const breaker = new CircuitBreaker();
  a.blamed = true;
  breaker.busy(a, 0, 0, 0.5, 30_000);
  t.ok(breaker.isUp);
  a.blamed = false;
  breaker.busy(a, 0, 0, 0.5, 30_000);
  t.equal(breaker.notBefore, 30_000);
  breaker.busy(a, 10, 0, 0.5, 5_000);
  t.equal(breaker.notBefore, 30_000, 'a shorter wish does not end a longer one');
  t.end();
});

void t.test('busy with a Retry-After of 0 or a past date: probed at the usual intervals', (t) => {
  const lanes = new Lanes();
  const breaker = new CircuitBreaker();
  let now = 0;
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    breaker.busy(add(lanes, `${i}`, `${i}`), now, now, 0.5, 0);
    waits.push(breaker.notBefore - now);
    now = breaker.notBefore;
  }
  t.strictSame(waits, [1000, 2000, 5000, 10_000], 'as if it had not said how long');
  t.end();
});
