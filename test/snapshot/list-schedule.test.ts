import t from 'tap';
import { ListSchedule } from '../../src/snapshot/list-schedule.ts';
import { FakeClock, settle } from '../push/fakes.ts';

/** One that asks; each question is answered with the next of `answers`, at once unless that is a promise. */
function asking(): {
  clock: FakeClock;
  again: ListSchedule;
  asked: [ms: number, part: string][];
  answers: (boolean | Promise<boolean> | Error)[];
  failed: unknown[];
} {
  const clock = new FakeClock();
  const asked: [number, string][] = [];
  const answers: (boolean | Promise<boolean> | Error)[] = [];
  const failed: unknown[] = [];
  const again = new ListSchedule({
    clock,
    times: { shortest: 1_000, longest: 8_000, period: 45_000 },
    ask: async (part = 'all') => {
      asked.push([clock.time, part]);
      const answer = await answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? true;
    },
    onFailed: (cause) => failed.push(cause),
  });
  return { clock, again, asked, answers, failed };
}

void t.test('now and then, while Asterisk is there', async (t) => {
  const { clock, again, asked } = asking();
  again.want();
  await clock.advance(100_000);
  t.same(asked, [], 'not before');
  again.start();
  await clock.advance(100_000);
  t.same(asked, [
    [145_000, 'all'],
    [190_000, 'all'],
  ]);
  again.stop();
  await clock.advance(100_000);
  t.equal(asked.length, 2);
  t.equal(clock.timers, 0);
});

void t.test('at once when an event says so, and then once a second', async (t) => {
  const { clock, again, asked } = asking();
  again.start();
  await clock.advance(5_000);
  again.want('630');
  await clock.advance(0);
  for (let at = 0; at < 30; at++) {
    again.want('630');
    await clock.advance(100);
  }
  t.same(asked, [
    [5_000, '630'],
    [6_000, '630'],
    [7_000, '630'],
    [8_000, '630'],
  ]);
});

void t.test('a flood that brings no news is answered ever less often', async (t) => {
  const { clock, again, asked, answers } = asking();
  again.start();
  await clock.advance(5_000);
  answers.push(...Array.from({ length: 7 }, () => false));
  for (let at = 0; at < 400; at++) {
    again.want(String(at));
    await clock.advance(100);
  }
  t.same(
    asked.map(([ms]) => ms),
    [5_000, 7_000, 11_000, 19_000, 27_000, 35_000, 43_000],
  );
  t.same(
    asked.slice(0, 2).map(([, part]) => part),
    ['0', 'all'],
    'of many parts, all',
  );
  await clock.advance(20_000);
  asked.length = 0;
  again.want('630');
  await clock.advance(1_500);
  again.want('630');
  await clock.advance(1_500);
  t.same(
    asked.map(([ms]) => ms),
    [65_000, 66_500],
    'a while later that is forgotten',
  );
});

void t.test('a verb waits for nothing but its own answer', async (t) => {
  const { clock, again, asked, answers } = asking();
  await again.now('630');
  t.same(asked, [], 'Asterisk is away');
  again.start();
  await clock.advance(5_000);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  answers.push(promise);
  again.want('631');
  await clock.advance(0);
  let isDone = false;
  const done = again.now('630').then(() => (isDone = true));
  await clock.advance(2_000);
  t.same(asked, [[5_000, '631']], 'one question at a time');
  t.equal(isDone, false, 'what was asked before does not know yet');
  resolve(true);
  await settle();
  await clock.advance(0);
  await done;
  t.same(asked.slice(1), [[7_000, '630']]);
  const late = again.now('630');
  again.stop();
  await late;
});

void t.test('a question that fails is asked again', async (t) => {
  const { clock, again, asked, answers, failed } = asking();
  again.start();
  const why = new Error('no answer');
  answers.push(why, why);
  const done = again.now('630');
  await clock.advance(0);
  await done;
  t.same(failed, [why], 'and nobody waits for it');
  await clock.advance(20_000);
  t.same(asked, [
    [0, '630'],
    [8_000, '630'],
    [16_000, '630'],
  ]);
});

void t.test('lists are there some time after a module was told to read its files', async (t) => {
  const { clock, again, asked } = asking();
  again.start();
  await clock.advance(5_000);
  again.want(undefined, 1_000);
  await clock.advance(700);
  again.want(undefined, 1_000);
  await clock.advance(3_000);
  t.same(asked, [[6_000, 'all']], 'many modules put it off no further');
});
