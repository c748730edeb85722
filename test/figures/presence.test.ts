import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { MemberEvent } from '../../src/backfill/member-event.ts';
import {
  advance,
  formatPresence,
  parsePresence,
  resume,
  type Gap,
  type Presence,
  type Seat,
} from '../../src/figures/presence.ts';
import { Tally } from '../../src/store/tally.ts';

// The days on which a summer time begins and ends are part of this.
process.env['TZ'] = 'Europe/Berlin';

const time = (text: string): number => new Date(text.replace(' ', 'T')).getTime();
const seat = (queue: string, agent: string, reason?: string): Seat => ({
  queue,
  interface: `PJSIP/${agent}`,
  name: `Agent ${agent}`,
  agent,
  reason,
});

/** Seconds by cell, `2026112916 630 801`: logged in, paused, and the latter by reason. */
function secondsOf({ changes }: Tally): Record<string, unknown[]> {
  return Object.fromEntries(
    changes
      .map(({ at, queue, agent, add, reasons = new Map<string, number>() }): [string, unknown[]] => [
        `${at} ${queue} ${agent}`.trim().replaceAll(/ +/g, ' '),
        [add.logged_in ?? 0, ...(add.paused === undefined ? [] : [add.paused, Object.fromEntries(reasons)])],
      ])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** What is counted from a moment to another with these members. */
function counted(from: string, to: string, ...seats: readonly Seat[]): Record<string, unknown[]> {
  const tally = new Tally();
  advance({ at: time(from), seats }, time(to), tally);
  return secondsOf(tally);
}

void t.test('time across midnight is of both days, and of their hours', (t) => {
  t.strictSame(counted('2026-11-28 23:59:30', '2026-11-29 00:01:00', seat('630', '801', 'lunch')), {
    '20261128 630 801': [30, 30, { lunch: 30 }],
    '20261128 801': [30, 30, { lunch: 30 }],
    '2026112823': [30, 30, { lunch: 30 }],
    '2026112823 630': [30, 30, { lunch: 30 }],
    '20261129 630 801': [60, 60, { lunch: 60 }],
    '20261129 801': [60, 60, { lunch: 60 }],
    '2026112900': [60, 60, { lunch: 60 }],
    '2026112900 630': [60, 60, { lunch: 60 }],
  });
  t.end();
});

void t.test('the day on which summer time begins has 23 hours, the one on which it ends 25', (t) => {
  const spring = counted('2026-03-29 00:00:00', '2026-03-30 00:00:00', seat('630', '801'));
  t.strictSame(spring['20260329 801'], [23 * 3600]);
  t.equal(spring['2026032902'], undefined, 'there is no such hour');
  t.equal(Object.keys(spring).filter((cell) => /^\d{10}$/.test(cell)).length, 23);
  const autumn = counted('2026-10-25 00:00:00', '2026-10-26 00:00:00', seat('630', '801'));
  t.strictSame(autumn['20261025 801'], [25 * 3600]);
  t.strictSame(autumn['2026102502'], [2 * 3600], 'the hour that comes twice');
  t.strictSame(autumn['2026102503'], [3600]);
  t.end();
});

void t.test('who is in several queues is logged in once, and paused while paused in all of them', (t) => {
  const cells = counted(
    '2026-11-29 10:00:00',
    '2026-11-29 10:00:10',
    seat('630', '801', 'lunch'),
    seat('631', '801'),
    seat('630', '802', 'lunch'),
    seat('631', '802', 'training'),
  );
  t.strictSame(cells['20261129 801'], [10]);
  t.strictSame(cells['20261129 802'], [10, 10, { lunch: 10 }]);
  t.strictSame(cells['2026112910'], [20, 10, { lunch: 10 }]);
  t.strictSame(cells['20261129 630 801'], [10, 10, { lunch: 10 }]);
  t.strictSame(cells['20261129 631 801'], [10]);
  t.strictSame(cells['2026112910 630'], [20, 20, { lunch: 20 }]);
  t.end();
});

void t.test('however often it is looked: the seconds are the same, and none is lost', (t) => {
  const start = time('2026-03-28 22:00:00');
  const seats = [seat('630', '801', 'lunch'), seat('631', '802')];
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 * 3_600_000 }), { minLength: 1, maxLength: 20 }), (steps) => {
      const parts = new Tally();
      let presence: Presence = { at: start, seats };
      let now = start;
      for (const step of steps) presence = advance(presence, (now += step), parts);
      const whole = new Tally();
      const end = advance({ at: start, seats }, now, whole);
      assert.deepEqual(secondsOf(parts), secondsOf(whole));
      assert.equal(presence.at, end.at);
      const days = whole.changes.filter(({ at, queue }) => at < 1e9 && queue === '');
      const seconds = days.reduce((sum, { add }) => sum + (add.logged_in ?? 0), 0);
      assert.equal(seconds, 2 * Math.floor((now - start) / 1_000));
    }),
  );
  t.end();
});

void t.test('a clock that is set back counts nothing twice and nothing below 0', (t) => {
  const tally = new Tally();
  const back = advance(
    { at: time('2026-11-29 10:00:00'), seats: [seat('630', '801')] },
    time('2026-11-29 09:00:00'),
    tally,
  );
  t.equal(back.at, time('2026-11-29 09:00:00'));
  t.strictSame(tally.changes, []);
  t.end();
});

const began = time('2026-11-29 10:00:00');
const after = (seconds: number): number => began + seconds * 1_000;

/** What is counted of a gap of 1000 seconds. */
function resumed(
  before: readonly Seat[],
  events: readonly MemberEvent[],
  seats: readonly Seat[],
  more: Partial<Gap> = {},
): Record<string, unknown[]> {
  const tally = new Tally();
  const agentOf = (_queue: string, member: string): string => /\d+$/.exec(member)?.[0] ?? member;
  const gap = { events, agentOf, workReason: 'wrap-up', seats, now: after(1_000), ...more };
  const end = resume({ at: began, seats: before }, gap, tally);
  t.strictSame(end, { at: gap.now, seats });
  return Object.fromEntries(Object.entries(secondsOf(tally)).filter(([cell]) => /^\d{8} 630 /.test(cell)));
}

const added = (seconds: number, member: string, reason?: string): MemberEvent => ({
  ...{ at: after(seconds), type: 'added', queue: '630', member, reason },
});
const paused = (seconds: number, member: string, reason: string): MemberEvent => ({
  ...{ at: after(seconds), type: 'paused', queue: '630', member, reason },
});
const removed = (seconds: number, member: string): MemberEvent => ({
  at: after(seconds),
  type: 'removed',
  queue: '630',
  member,
});
const ready = (seconds: number, member: string): MemberEvent => ({
  at: after(seconds),
  type: 'ready',
  queue: '630',
  member,
});

void t.test('while nobody looked, the log tells who came, went and paused', (t) => {
  const before = [seat('630', '801'), seat('630', '802', 'lunch')];
  t.strictSame(
    resumed(
      before,
      [
        removed(-10, 'PJSIP/801'),
        paused(100, 'Agent 801', 'lunch'),
        added(150, 'PJSIP/803'),
        ready(200, 'Agent 802'),
        ready(400, 'Agent 801'),
        paused(500, 'Agent 802', 'wrap-up'),
        ready(530, 'Agent 802'),
        removed(600, 'PJSIP/802'),
        removed(700, 'Agent 999'),
      ],
      [seat('630', '801'), seat('630', '803')],
    ),
    {
      '20261129 630 801': [1_000, 300, { lunch: 300 }],
      '20261129 630 802': [600, 200, { lunch: 200 }],
      '20261129 630 803': [850],
    },
  );
  t.end();
});

void t.test('without a log, what was the same before and after counts', (t) => {
  const before = [seat('630', '801'), seat('630', '802', 'lunch'), seat('630', '803'), seat('630', '804', 'lunch')];
  const now = [seat('630', '801', 'lunch'), seat('630', '802', 'lunch'), seat('630', '804'), seat('630', '805')];
  t.strictSame(resumed(before, [], now), {
    '20261129 630 801': [1_000],
    '20261129 630 802': [1_000, 1_000, { lunch: 1_000 }],
    '20261129 630 804': [1_000],
  });
  t.end();
});

void t.test('Asterisk was away: that time is nobody’s', (t) => {
  const seats = [seat('630', '801')];
  t.strictSame(resumed(seats, [{ at: after(900), type: 'started' }], seats), { '20261129 630 801': [100] });
  t.strictSame(
    resumed(
      seats,
      [paused(300, 'Agent 801', 'lunch'), { at: after(900), type: 'started' }, ready(950, 'Agent 801')],
      seats,
    ),
    { '20261129 630 801': [400, 50, { lunch: 50 }] },
  );
  t.end();
});

void t.test('a gap of more than a day of which nothing is known is not counted', (t) => {
  const seats = [seat('630', '801')];
  t.strictSame(resumed(seats, [], seats, { now: after(86_401) }), {});
  t.strictSame(Object.values(resumed(seats, [], seats, { now: after(86_400) })), [[14 * 3_600], [10 * 3_600]]);
  t.end();
});

void t.test('as text, and back; anything else is none', (t) => {
  const presence: Presence = {
    at: began,
    seats: [seat('630', '801'), seat('Sales 王', '802', ''), seat('630', '803', 'lunch')],
  };
  const position = { offset: 12, mark: '0123456789abcdef', at: began };
  t.strictSame(parsePresence(formatPresence(presence, position)), { presence, position });
  t.strictSame(parsePresence(formatPresence(presence, undefined)), { presence, position: undefined });
  for (const text of ['', 'x', '1', 'null', '{}', '{"at":"1","seats":[]}', '{"at":1,"seats":{}}']) {
    t.equal(parsePresence(text), undefined, text);
  }
  const half = parsePresence('{"at":1,"seats":[1,["630"],["630","a","b","c",null]],"position":{"offset":-1}}');
  t.match(half, { presence: { seats: [{ queue: '630' }] }, position: undefined });
  t.end();
});
