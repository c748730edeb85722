import t, { type Test } from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import type { MemberEvent } from '../../src/backfill/member-event.ts';
import { Attendance } from '../../src/figures/attendance.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { SqliteStore } from '../../src/store/sqlite-store.ts';
import { event, none, settings } from '../picture/messages.ts';
import { FakeClock, FakeLog } from '../push/fakes.ts';
import { folderOf, open } from '../store/stores.ts';

const minute = 60_000;
const noon = new Date(2026, 10, 29, 12).getTime();

/** A queue and its members as QueueStatus lists them; `801:lunch` is paused. */
function listOf(queue: string, ...members: readonly string[]): AmiMessage[] {
  return [
    event('QueueParams', { Queue: queue }),
    ...members.map((member) => {
      const [agent = '', reason] = member.split(':');
      return event('QueueMember', {
        ...{ Queue: queue, Name: `Agent ${agent}`, Location: `PJSIP/${agent}`, StateInterface: `PJSIP/${agent}` },
        ...{
          Membership: 'dynamic',
          Penalty: '0',
          CallsTaken: '0',
          LastCall: '0',
          LastPause: '0',
          InCall: '0',
          Status: '1',
        },
        ...{ Paused: reason === undefined ? '0' : '1', PausedReason: reason ?? '' },
      });
    }),
  ];
}

interface Watched {
  readonly attendance: Attendance;
  readonly picture: Picture;
  readonly clock: FakeClock;
  readonly store: SqliteStore;
  isCurrent: boolean;
  /** Lets time pass, a look every second. */
  pass(ms: number): Promise<void>;
  /** Seconds logged in and paused today of each agent. */
  seconds(): Promise<Record<string, readonly number[]>>;
}

async function watch(t: Test, folder = folderOf(t), clock = new FakeClock()): Promise<Watched> {
  if (clock.time === 0) clock.offset = noon;
  const { store } = await open(t, folder, { clock });
  const picture = new Picture({ ...settings });
  const isCurrent = (): boolean => watched.isCurrent;
  const attendance = new Attendance({ picture, store, isCurrent, clock, log: new FakeLog() });
  const settled = async (work: Promise<void>): Promise<void> => {
    await clock.advance(10);
    await work;
  };
  const watched: Watched = {
    attendance,
    picture,
    clock,
    store,
    isCurrent: true,
    async pass(ms) {
      for (let left = ms; left > 0; left -= 1_000) {
        await clock.advance(Math.min(left, 1_000));
        attendance.tick();
      }
    },
    async seconds() {
      await settled(attendance.write());
      const question = { from: 20261129, to: 20261129, by: ['agent'], queue: undefined, agent: undefined } as const;
      const { rows } = await store.figures(question);
      return Object.fromEntries(rows.map(({ agent = '', counts }) => [agent, [counts.logged_in, counts.paused]]));
    },
  };
  return watched;
}

const endpoints = ['801', '802'].map((name) => ({ technology: 'PJSIP', name, address: 'registers' }) as const);

/** Makes the picture Asterisk's. */
function list({ picture }: Watched, ...queues: readonly AmiMessage[]): void {
  picture.expectSnapshot();
  picture.resync({ ...none, endpoints, queues: [...queues] }, noon);
}

/** Asterisk tells that a member is paused or not. */
function pause({ picture, clock }: Watched, agent: string, reason?: string): void {
  const [member] = listOf('630', reason === undefined ? agent : `${agent}:${reason}`).slice(1);
  const fields = [
    'StateInterface',
    'Membership',
    'Penalty',
    'CallsTaken',
    'LastCall',
    'LastPause',
    'InCall',
    'Status',
    'Paused',
    'PausedReason',
  ];
  picture.apply(
    event('QueueMemberPause', {
      ...{ Queue: '630', MemberName: `Agent ${agent}`, Interface: `PJSIP/${agent}` },
      ...Object.fromEntries(fields.map((field) => [field, member?.get(field) ?? ''])),
    }),
    clock.now(),
  );
}

void t.test('looks every second: who is logged in, and who is paused', async (t) => {
  const box = await watch(t);
  list(box, ...listOf('630', '801', '802:lunch'));
  await box.pass(10 * minute);
  pause(box, '801', 'training');
  await box.pass(5 * minute);
  pause(box, '801');
  pause(box, '802', 'wrap-up');
  await box.pass(5 * minute);
  const told = await box.seconds();
  // A look may be a second late.
  t.ok(Math.abs((told['801']?.[1] ?? 0) - 300) <= 1, `801 was paused ${told['801']?.[1]} s`);
  t.ok(Math.abs((told['802']?.[1] ?? 0) - 900) <= 1, 'after-call work is no pause');
  t.ok(Math.abs((told['801']?.[0] ?? 0) - 1_200) <= 1, `801 was there ${told['801']?.[0]} s`);
});

void t.test('a daemon that is killed: what it saw is there, and the time until it comes back is found', async (t) => {
  const folder = folderOf(t);
  const box = await watch(t, folder);
  list(box, ...listOf('630', '801', '802'));
  await box.pass(7 * minute + 20_000);
  // Killed: nothing more is written than was.
  await box.store.stop();
  const { clock } = box;
  await clock.advance(3 * minute);
  const next = await watch(t, folder, clock);
  const at = clock.now() - minute;
  const lines: MemberEvent[] = [
    { at, type: 'paused', queue: '630', member: 'Agent 801', reason: 'lunch' },
    { at: at + 30_000, type: 'removed', queue: '630', member: 'PJSIP/802' },
  ];
  for (const line of lines) next.attendance.logged(line);
  list(next, ...listOf('630', '801:lunch'));
  await next.pass(minute);
  const told = await next.seconds();
  t.ok(Math.abs((told['801']?.[0] ?? 0) - 680) <= 2, `801 was there ${told['801']?.[0]} s of 680`);
  t.ok(Math.abs((told['801']?.[1] ?? 0) - 120) <= 2, `and paused ${told['801']?.[1]} s of 120`);
  t.ok(Math.abs((told['802']?.[0] ?? 0) - 590) <= 2, `802 was there ${told['802']?.[0]} s of 590`);
});

void t.test('while Asterisk is away nothing is counted until its log tells', async (t) => {
  const box = await watch(t);
  list(box, ...listOf('630', '801', '802'));
  await box.pass(minute);
  box.isCurrent = false;
  await box.pass(10 * minute);
  t.strictSame(await box.seconds(), { 801: [59, 0], 802: [59, 0] });
  box.attendance.logged({ at: box.clock.now() - 2 * minute, type: 'started' });
  list(box, ...listOf('630', '801'));
  box.isCurrent = true;
  await box.pass(minute);
  const told = await box.seconds();
  t.ok(Math.abs((told['801']?.[0] ?? 0) - 240) <= 2, `801 was there ${told['801']?.[0]} s of 240`);
  t.strictSame(told['802'], [59, 0]);
});

void t.test('a clock that steps counts nothing', async (t) => {
  const box = await watch(t);
  list(box, ...listOf('630', '801'));
  await box.pass(minute);
  box.clock.offset += 3 * 3_600_000;
  await box.pass(minute);
  box.clock.offset -= 5 * 3_600_000;
  await box.pass(minute);
  const [seconds = 0] = (await box.seconds())['801'] ?? [];
  t.ok(Math.abs(seconds - 177) <= 3, `${seconds} s`);
});

void t.test('a member that no list has named, and queues without members, are nobody', async (t) => {
  const box = await watch(t);
  list(box, ...listOf('630'));
  box.picture.apply(event('QueueMemberAdded', { Queue: '630', MemberName: 'Agent 801', Interface: 'PJSIP/801' }), noon);
  await box.pass(minute);
  t.strictSame(await box.seconds(), {});
});

void t.test('the figures that are asked for are of this moment, and asking is cheap', async (t) => {
  const box = await watch(t);
  list(box, ...listOf('630', '801'));
  await box.pass(100_000);
  let writes = 0;
  const { store } = box;
  const count = store.count.bind(store);
  store.count = (...all) => {
    writes++;
    return count(...all);
  };
  const settle = async (): Promise<void> => {
    const settled = box.attendance.settle();
    await box.clock.advance(10);
    await settled;
  };
  await settle();
  await settle();
  t.equal(writes, 1);
  const question = { from: 20261129, to: 20261129, by: ['agent'], queue: undefined, agent: undefined } as const;
  t.match((await store.figures(question)).rows, [{ agent: '801', counts: { logged_in: 99 } }]);
});
