// Also tests playbacks.ts and sqlite-accesses.ts.
import fc from 'fast-check';
import t from 'tap';
import type { Access, AccessRow } from '../../src/store/access.ts';
import { AccessLog } from '../../src/store/access-log.ts';
import { pauseTime, Playbacks } from '../../src/store/playbacks.ts';
import { FakeClock, FakeLog } from '../push/fakes.ts';
import { after, day, folderOf, open } from './stores.ts';

const access: Access = {
  ...{ name: 'anna', role: 'agent', means: 'token', remote: '10.0.0.1', forwardedFor: '' },
  path: 'q.wav',
};
const row = (id: string, to = 1_795_000_000_000): AccessRow => ({ ...access, id, from: to, to, bytes: 1, requests: 1 });

void t.test(
  'whatever is asked in whatever order: every byte and request is in one row, and rows of one listener are apart',
  (t) => {
    const step = fc.record({
      who: fc.constantFrom('anna', 'bert'),
      path: fc.constantFrom('a', 'b'),
      bytes: fc.nat(1_000),
      wait: fc.constantFrom(0, 1_000, pauseTime - 1, pauseTime, 3 * pauseTime),
      forwardedFor: fc.constantFrom('', 'x'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let ids = 0;
        let monotonic = 0;
        const playbacks = new Playbacks(() => String(ids++));
        const over: AccessRow[] = [];
        const last = new Map<string, number>();
        let expected = 0;
        for (const { who, path, bytes, wait, forwardedFor } of steps) {
          monotonic += wait;
          over.push(...playbacks.over(monotonic));
          const one = { ...access, name: who, path, forwardedFor };
          const key = `${who} ${path}`;
          if (monotonic - (last.get(key) ?? -Infinity) >= pauseTime) expected++;
          last.set(key, monotonic);
          const { row: begun } = playbacks.begin(one, { now: monotonic, monotonic });
          playbacks.sent(begun, one, bytes, { now: monotonic, monotonic });
        }
        over.push(...playbacks.end());
        const sum = (pick: (row: AccessRow) => number): number => over.reduce((all, one) => all + pick(one), 0);
        return (
          sum(({ requests }) => requests) === steps.length &&
          sum(({ bytes }) => bytes) === steps.reduce((all, { bytes }) => all + bytes, 0) &&
          over.length === expected &&
          new Set(over.map(({ id }) => id)).size === over.length
        );
      }),
    );
    t.end();
  },
);

void t.test('a playback goes on as long as something is being sent; more than 1,000 are not kept', (t) => {
  let ids = 0;
  const playbacks = new Playbacks(() => String(ids++));
  const { row: long } = playbacks.begin(access, { now: 0, monotonic: 0 });
  t.strictSame(playbacks.over(10 * pauseTime), []);
  playbacks.sent(long, access, 7, { now: 1, monotonic: 10 * pauseTime });
  t.match(playbacks.over(11 * pauseTime), [{ id: '0', bytes: 7 }]);
  playbacks.sent(long, access, 7, { now: 1, monotonic: 10 * pauseTime });
  for (let i = 0; i < 1_000; i++) playbacks.begin({ ...access, path: `${i}` }, { now: 0, monotonic: 0 });
  t.match(playbacks.begin(access, { now: 0, monotonic: 0 }).over, [{ path: '0' }], 'the quietest');
  t.equal(playbacks.end().length, 1_000);
  t.end();
});

void t.test('a store that fails stops nothing: the journal says so, and who heard what', async (t) => {
  const log = new FakeLog();
  const clock = new FakeClock();
  const accessLog = new AccessLog({ keep: () => Promise.reject(new Error('the disk is full')), log, clock });
  accessLog.start();
  accessLog.note(access).sent(5);
  accessLog.note({ ...access, name: '', means: 'link', forwardedFor: '9.9.9.9' }).sent(5);
  await clock.advance(10);
  t.match(log.lines, [
    /^info recording q.wav is sent to anna \(agent\) at 10.0.0.1$/,
    /^info recording q.wav is sent to the holder of a link made by agent at 10.0.0.1 for 9.9.9.9$/,
    /^warning store: who hears recordings cannot be written/,
  ]);
  accessLog.stop();
});

void t.test('rows outlive the process; the newer one of an id replaces the older', async (t) => {
  const folder = folderOf(t);
  const { store } = await open(t, folder);
  await Promise.all([store.addAccess(row('a')), store.addAccess(row('b'))]);
  await store.addAccess({ ...row('a'), bytes: 9 });
  await store.stop();
  const clock = new FakeClock();
  const { store: next } = await open(t, folder, { clock });
  const all = async (): Promise<unknown> =>
    (await next.accesses(() => 0, 9)).rows.map(({ seq, id, bytes }) => [seq, id, bytes]);
  t.strictSame(await all(), [
    [2, 'b', 1],
    [3, 'a', 9],
  ]);
  t.strictSame((await next.accesses((newest) => newest, 9)).rows, []);
});

void t.test('rows go after access_days, and the oldest beyond what fits', async (t) => {
  const clock = new FakeClock();
  const limits = { bytes: 300_000 };
  const { store } = await open(t, folderOf(t), { clock, accessDays: () => 2, limits });
  const now = clock.now();
  const days = [3, 2.1, 1.9, 0];
  for (const old of days) await after(clock, 10, store.addAccess(row(`${old} days`, now - old * day)));
  await clock.advance(120_000);
  const ids = async (): Promise<string[]> => (await store.accesses(() => 0, 1_000)).rows.map(({ id }) => id);
  t.strictSame(await ids(), ['1.9 days', '0 days']);
  const many = Array.from({ length: 400 }, (_, i) => store.addAccess(row(`row ${i}`, now)));
  await after(clock, 1_000, Promise.all(many));
  await clock.advance(120_000);
  const left = await ids();
  t.equal(left.length, 300);
  t.equal(left.at(-1), 'row 399');
});
