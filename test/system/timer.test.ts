import fc from 'fast-check';
import t from 'tap';
import { Timer } from '../../src/system/timer.ts';
import { FakeClock } from '../push/fakes.ts';

function timer(): { clock: FakeClock; ran: number[]; timer: Timer } {
  const clock = new FakeClock();
  const ran: number[] = [];
  return { clock, ran, timer: new Timer(clock, () => ran.push(clock.time)) };
}

void t.test('runs once at the moment it was last set to', async (t) => {
  const { clock, ran, timer: alarm } = timer();
  alarm.setAt(10);
  alarm.setAt(30);
  alarm.setIn(20);
  t.equal(clock.timers, 1);
  t.ok(alarm.isSet);
  await clock.advance(100);
  t.strictSame(ran, [20]);
  t.notOk(alarm.isSet);
});

void t.test('a moment that is over is now; Infinity is never', async (t) => {
  const { clock, ran, timer: alarm } = timer();
  await clock.advance(50);
  alarm.setAt(10);
  await clock.advance(0);
  alarm.setAt(60);
  alarm.setAt(Infinity);
  alarm.setIn(10);
  alarm.clear();
  await clock.advance(100);
  t.strictSame(ran, [50]);
  t.equal(clock.timers, 0);
});

void t.test('set to the moment that it is set to already, the same timer goes on', async (t) => {
  const { clock, ran, timer: alarm } = timer();
  alarm.setAt(30);
  await clock.advance(10);
  alarm.setAt(30);
  alarm.ensureIn(5);
  await clock.advance(100);
  t.strictSame(ran, [30]);
  alarm.ensureIn(5);
  await clock.advance(100);
  t.strictSame(ran, [30, 115], 'it can be set again once it has run');
});

void t.test('it can be set while it runs', async (t) => {
  const clock = new FakeClock();
  let left = 3;
  const alarm: Timer = new Timer(clock, () => {
    if (--left > 0) alarm.setIn(10);
  });
  alarm.setIn(10);
  await clock.advance(100);
  t.equal(left, 0);
});

void t.test('whatever it is set to, there is at most one timer, and it runs when it was set to last', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 }), async (moments) => {
      const { clock, ran, timer: alarm } = timer();
      for (const at of moments) alarm.setAt(at);
      await clock.advance(200);
      return ran.length === 1 && ran[0] === moments.at(-1);
    }),
  );
  t.end();
});
