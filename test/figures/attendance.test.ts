import { appendFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { Attendance } from '../../src/figures/attendance.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { SqliteStore } from '../../src/store/sqlite-store.ts';
import { event, none, settings } from '../picture/messages.ts';
import { FakeClock, FakeLog } from '../push/fakes.ts';
import { eventually } from '../lab/within.ts';
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
  /** Asterisk writes a line, so many milliseconds ago. */
  logs(ago: number, rest: string): void;
  /** Asterisk is seen again. */
  sees(): Promise<void>;
  /** Lets time pass, a look every second. */
  pass(ms: number): Promise<void>;
  /** Seconds logged in and paused today of each agent. */
  seconds(): Promise<Record<string, readonly number[]>>;
}

async function watch(t: Test, folder = folderOf(t), clock = new FakeClock()): Promise<Watched> {
  if (clock.time === 0) clock.offset = noon;
  const { store } = await open(t, join(folder, 'data'), { clock });
  const picture = new Picture({ ...settings });
  const isCurrent = (): boolean => watched.isCurrent;
  const queueLog = join(folder, 'queue_log');
  const attendance = new Attendance({ picture, store, isCurrent, queueLog, clock, log: new FakeLog() });
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
    logs(ago, rest) {
      appendFileSync(queueLog, `${Math.floor((clock.now() - ago) / 1_000)}|${rest}\n`);
    },
    async sees() {
      watched.isCurrent = true;
      await eventually('it is seen who is there', () => {
        attendance.tick();
        return attendance.isSeeing;
      });
    },
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
  await box.sees();
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

/** A daemon that sees 801 and 802 for some time and is killed; then three minutes pass. */
async function killed(t: Test, folder: string, ms: number): Promise<FakeClock> {
  const box = await watch(t, folder);
  box.logs(minute, 'MANAGER|630|PJSIP/801|REMOVEMEMBER|');
  list(box, ...listOf('630', '801', '802'));
  await box.sees();
  await box.pass(ms);
  // Nothing more is written than was.
  await box.store.stop();
  await box.clock.advance(3 * minute);
  return box.clock;
}

void t.test(
  'a daemon that is killed, however often: the time until it comes back is found, and counts once',
  async (t) => {
    const folder = folderOf(t);
    const clock = await killed(t, folder, 7 * minute + 20_000);
    const next = await watch(t, folder, clock);
    next.logs(minute, 'NONE|630|Agent 801|PAUSE|lunch');
    next.logs(minute / 2, 'MANAGER|630|PJSIP/802|REMOVEMEMBER|');
    list(next, ...listOf('630', '801:lunch'));
    await next.sees();
    await next.pass(2_000);
    // Killed before it has written anything.
    await next.store.stop();
    const last = await watch(t, folder, clock);
    list(last, ...listOf('630', '801:lunch'));
    await last.sees();
    await last.pass(minute);
    const told = await last.seconds();
    t.ok(Math.abs((told['801']?.[0] ?? 0) - 682) <= 2, `801 was there ${told['801']?.[0]} s of 682`);
    t.ok(Math.abs((told['801']?.[1] ?? 0) - 122) <= 2, `and paused ${told['801']?.[1]} s of 122`);
    t.ok(Math.abs((told['802']?.[0] ?? 0) - 590) <= 2, `802 was there ${told['802']?.[0]} s of 590`);
  },
);

void t.test('the log is rotated meanwhile, or cannot be read: what is known counts', async (t) => {
  const folder = folderOf(t);
  const clock = await killed(t, folder, minute);
  const next = await watch(t, folder, clock);
  next.logs(2 * minute, 'NONE|630|Agent 801|PAUSE|lunch');
  renameSync(join(folder, 'queue_log'), join(folder, 'queue_log.1'));
  next.logs(minute, 'NONE|630|Agent 801|UNPAUSE|');
  list(next, ...listOf('630', '801', '802'));
  await next.sees();
  t.strictSame(await next.seconds(), { 801: [240, 60], 802: [240, 0] });
  const other = folderOf(t);
  const second = await killed(t, other, minute);
  const blind = await watch(t, other, second);
  renameSync(join(other, 'queue_log'), join(other, 'gone'));
  mkdirSync(join(other, 'queue_log'));
  list(blind, ...listOf('630', '801'));
  await blind.sees();
  const told = await blind.seconds();
  t.strictSame(told['801'], [240, 0], 'who was there before and after was there all the time');
  t.ok((told['802']?.[0] ?? 0) <= 60, 'of who has gone it is not known when');
});

void t.test('while Asterisk is away nothing is counted until its log tells', async (t) => {
  const box = await watch(t);
  list(box, ...listOf('630', '801', '802'));
  await box.sees();
  await box.pass(minute);
  box.isCurrent = false;
  await box.pass(10 * minute);
  t.strictSame(await box.seconds(), { 801: [60, 0], 802: [60, 0] });
  box.logs(2 * minute, 'NONE|NONE|NONE|QUEUESTART|');
  list(box, ...listOf('630', '801'));
  await box.sees();
  await box.pass(minute);
  const told = await box.seconds();
  t.ok(Math.abs((told['801']?.[0] ?? 0) - 240) <= 2, `801 was there ${told['801']?.[0]} s of 240`);
  t.strictSame(told['802'], [60, 0]);
});

void t.test('a clock that steps counts nothing', async (t) => {
  const box = await watch(t);
  list(box, ...listOf('630', '801'));
  await box.sees();
  await box.pass(minute);
  box.clock.offset += 3 * 3_600_000;
  await box.pass(minute);
  box.clock.offset -= 5 * 3_600_000;
  await box.pass(minute);
  const [seconds = 0] = (await box.seconds())['801'] ?? [];
  t.ok(Math.abs(seconds - 178) <= 3, `${seconds} s`);
});

void t.test('a member that no list has named, and queues without members, are nobody', async (t) => {
  const box = await watch(t);
  list(box, ...listOf('630'));
  box.picture.apply(event('QueueMemberAdded', { Queue: '630', MemberName: 'Agent 801', Interface: 'PJSIP/801' }), noon);
  await box.sees();
  await box.pass(minute);
  t.strictSame(await box.seconds(), {});
});

void t.test('the figures that are asked for are of this moment, and asking is cheap', async (t) => {
  const box = await watch(t);
  list(box, ...listOf('630', '801'));
  await box.sees();
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
  t.match((await store.figures(question)).rows, [{ agent: '801', counts: { logged_in: 100 } }]);
});
