import fc from 'fast-check';
import t from 'tap';

import type { DeliveryClass } from '../../src/store/store.ts';
import { Lanes } from '../../src/push/lanes.ts';
import type { Delivery } from '../../src/push/lanes.ts';
import { entry } from './fakes.ts';

function add(lanes: Lanes, id: string, of: DeliveryClass, call: string, held = false): Delivery {
  return lanes.add({ entry: entry(id, of, call), expiresAt: 1e9, held, attempts: 0 }, 0)!;
}

function ids(deliveries: (Delivery | undefined)[]): (string | undefined)[] {
  return deliveries.map((delivery) => delivery?.entry.id);
}

void t.test('one call: in order, one at a time', (t) => {
  const lanes = new Lanes();
  const a = add(lanes, 'a', 'signal', '1');
  const b = add(lanes, 'b', 'record', '1');
  add(lanes, 'c', 'signal', '1');
  t.equal(
    lanes.add({ entry: entry('a', 'signal', '1'), expiresAt: 1, held: false, attempts: 0 }, 0),
    undefined,
    'known',
  );
  t.equal(lanes.take(0), a);
  t.equal(lanes.take(0), undefined, 'the call is busy');
  lanes.remove(a, 0);
  t.equal(lanes.take(0), b, 'the older class first');
  t.equal(lanes.underWay, 1);
  lanes.putBack(b, 0);
  t.equal(lanes.take(0), b, 'a failure without a wait keeps its place');
  lanes.remove(b, 0);
  t.strictSame(ids([lanes.take(0)]), ['c']);
  t.end();
});

void t.test('a record that failed lets signals pass, and no other record; a signal that failed likewise', (t) => {
  for (const [failing, other] of [
    ['record', 'signal'],
    ['signal', 'record'],
  ] as const) {
    const lanes = new Lanes();
    const bad = add(lanes, 'bad', failing, '1');
    add(lanes, 'next', failing, '1');
    const live = add(lanes, 'live', other, '1');
    t.equal(lanes.take(0), bad);
    bad.notBefore = 5000;
    lanes.putBack(bad, 0);
    t.equal(lanes.take(10), live, `${other} goes on`);
    lanes.remove(live, 10);
    t.equal(lanes.take(4999), undefined, `the second ${failing} does not overtake`);
    t.equal(lanes.wakeAt, 5000);
    t.equal(lanes.take(5000), bad);
    lanes.remove(bad, 5000);
    t.strictSame(ids([lanes.take(5000)]), ['next']);
  }
  t.end();
});

void t.test('a record that is not durable yet keeps its position, and its call waits', (t) => {
  const lanes = new Lanes();
  const held = add(lanes, 'held', 'record', '1', true);
  add(lanes, 'after', 'signal', '1');
  const other = add(lanes, 'other', 'signal', '2');
  t.equal(lanes.take(0), other, 'another call goes on');
  t.equal(lanes.take(0), undefined);
  t.equal(lanes.wakeAt, Infinity);
  held.held = false;
  lanes.refile(held, 0);
  t.equal(lanes.take(0), held);
  t.end();
});

void t.test('live signals and a backlog of records take turns; an untried delivery is found for a probe', (t) => {
  const lanes = new Lanes();
  for (let i = 0; i < 4; i++) add(lanes, `r${i}`, 'record', `r${i}`).attempts = 1;
  for (let i = 0; i < 4; i++) add(lanes, `s${i}`, 'signal', `s${i}`).attempts = i === 3 ? 0 : 1;
  const taken = ids([lanes.take(0), lanes.take(0), lanes.take(0), lanes.take(0)]);
  t.strictSame(taken, ['r0', 's0', 'r1', 's1']);
  t.strictSame(ids([lanes.take(0, true), lanes.take(0, true)]), ['s3', 'r2'], 'fresh if there is one');
  t.equal(lanes.oldestSignal()?.entry.id, 's2', 'those under way left out');
  t.end();
});

void t.test('nothing is left in memory when everything has ended', (t) => {
  const lanes = new Lanes();
  const all = Array.from({ length: 50 }, (_, i) => add(lanes, `${i}`, i % 2 ? 'record' : 'signal', `${i % 7}`));
  for (const delivery of all) lanes.remove(delivery, 0);
  lanes.remove(all[0]!, 0);
  t.equal(lanes.size('record') + lanes.size('signal') + lanes.underWay, 0);
  t.notOk(lanes.hasReady);
  t.strictSame([...lanes.all()], []);
  t.end();
});

type Step =
  | { do: 'add'; of: DeliveryClass; call: number; held: boolean }
  | { do: 'take'; fresh: boolean }
  | { do: 'end'; which: number; how: 'done' | 'again' | 'wait' }
  | { do: 'drop'; which: number }
  | { do: 'time'; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('add' as const),
    of: fc.constantFrom('record' as const, 'signal' as const),
    call: fc.nat(4),
    held: fc.boolean(),
  }),
  fc.record({ do: fc.constant('take' as const), fresh: fc.boolean() }),
  fc.record({
    do: fc.constant('end' as const),
    which: fc.nat(),
    how: fc.constantFrom('done' as const, 'again' as const, 'wait' as const),
  }),
  fc.record({ do: fc.constant('drop' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('time' as const), ms: fc.nat(3000) }),
);

void t.test(
  'property: whatever happens, each call and class keeps its order, one at a time, with nothing lost or doubled',
  (t) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const lanes = new Lanes();
        const underWay: Delivery[] = [];
        const waiting = new Set<Delivery>();
        const done: Delivery[] = [];
        let now = 0;
        let added = 0;
        let dropped = 0;
        const take = (fresh: boolean): boolean => {
          const delivery = lanes.take(now, fresh);
          if (delivery === undefined) return false;
          if (!waiting.delete(delivery)) throw new Error('taken twice');
          if (delivery.held || delivery.notBefore > now) throw new Error('taken too early');
          if (underWay.some(({ entry: { callId } }) => callId === delivery.entry.callId))
            throw new Error('two of a call');
          for (const { entry: of, arrival: place } of waiting) {
            const { callId, class: kind } = delivery.entry;
            if (of.callId === callId && of.class === kind && place < delivery.arrival) throw new Error('overtaken');
          }
          underWay.push(delivery);
          return true;
        };
        const end = (delivery: Delivery, how: 'done' | 'again' | 'wait'): void => {
          underWay.splice(underWay.indexOf(delivery), 1);
          if (how === 'done') {
            done.push(delivery);
            lanes.remove(delivery, now);
          } else {
            if (how === 'wait') delivery.notBefore = now + 1000;
            waiting.add(delivery);
            lanes.putBack(delivery, now);
          }
        };
        for (const one of steps) {
          switch (one.do) {
            case 'add':
              waiting.add(add(lanes, `${added++}`, one.of, `${one.call}`, one.held));
              break;
            case 'take':
              take(one.fresh);
              break;
            case 'end': {
              const delivery = underWay[one.which % Math.max(1, underWay.length)];
              if (delivery !== undefined) end(delivery, one.how);
              break;
            }
            case 'drop': {
              const delivery = [...waiting][one.which % Math.max(1, waiting.size)];
              if (delivery === undefined) break;
              waiting.delete(delivery);
              lanes.remove(delivery, now);
              dropped++;
              break;
            }
            case 'time':
              now += one.ms;
          }
          if (lanes.underWay !== underWay.length) throw new Error('miscounted');
          const oldest = [...waiting]
            .filter(({ entry: of }) => of.class === 'signal')
            .sort((a, b) => a.arrival - b.arrival)[0];
          if (lanes.oldestSignal() !== oldest) throw new Error('not the oldest');
        }
        for (const delivery of waiting) {
          delivery.held = false;
          lanes.refile(delivery, now);
        }
        // From here on the receiver works: everything must arrive.
        for (;;) {
          for (const delivery of [...underWay]) end(delivery, 'done');
          if (take(false)) continue;
          if (lanes.wakeAt === Infinity) break;
          if (lanes.wakeAt <= now) throw new Error('would spin');
          now = lanes.wakeAt;
        }
        return done.length === added - dropped && new Set(done).size === done.length && lanes.size('record') === 0;
      }),
      { numRuns: 300 },
    );
    t.end();
  },
);
