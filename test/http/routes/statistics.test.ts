import t from 'tap';
import { statisticsRoutes } from '../../../src/http/routes/statistics.ts';
import { sessionRoutes } from '../../../src/http/routes/session.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { Throttle } from '../../../src/http/throttle.ts';
import type { FigureChange } from '../../../src/store/figures.ts';
import { SqliteStore } from '../../../src/store/sqlite-store.ts';
import { Statistics } from '../../../src/store/statistics.ts';
import { RepeatedWarnings } from '../../../src/system/repeated-warnings.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { localDay } from '../../../src/system/local-time.ts';
import { hashPassword } from '../../../src/users/password.ts';
import { accountsWith } from '../../users/made.ts';
import { ask, memoryLog, type Reply } from '../client.ts';
import { auth, message, settings } from '../toy.ts';

const hash = await hashPassword('correct horse');
const log = memoryLog();
const store = new SqliteStore({ folder: t.testdir(), log, keepDays: () => 30, receivers: () => [] });
await store.start(() => undefined);
t.teardown(() => store.stop());
const users = new Map(
  [
    { name: 'anna', role: 'agent', extension: '801', hash } as const,
    { name: 'boss', role: 'supervisor', extension: '', hash } as const,
  ].map((user) => [user.name, user]),
);
const accounts = accountsWith(() => ({ webkey: 'k', users }));
const throttle = new Throttle();
const warnings = new RepeatedWarnings(log, systemClock);
const statistics = new Statistics(store);
const server = new HttpServer({
  routes: [
    ...sessionRoutes({ accounts, throttle, warnings }),
    ...statisticsRoutes({ statistics: (question) => statistics.rows(question) }),
  ],
  accounts,
  throttle,
  log,
  settings: () => settings,
});
await server.start();
t.teardown(() => server.stop());
const port = server.ports[0]!;
const get = (query: string, headers: Record<string, string> = auth): Promise<Reply> =>
  ask(port, 'GET', `/coocenter-api/statistics${query}`, headers);
const rowsOf = ({ body }: Reply): Record<string, unknown>[] =>
  (JSON.parse(body) as { data: { rows: Record<string, unknown>[] } }).data.rows;
const as = async (username: string): Promise<Record<string, string>> => {
  const fields = new URLSearchParams({ username, password: 'correct horse' }).toString();
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const { body } = await ask(port, 'POST', '/coocenter-api/local/login', type, fields);
  return { Authorization: `Bearer ${(JSON.parse(body) as { token: string }).token}` };
};

const cell = { at: 20261128, queue: '630', agent: '801' };
const counted: readonly FigureChange[] = [
  {
    ...cell,
    add: {
      ...{ offered: 4, answered: 3, no_agent_answer: 1, in_level: 2, wait: 61, wait_answered: 31 },
      ...{ talks: 4, talk: 301, hold: 10, wrapup: 29 },
    },
    longest: 30,
  },
  { ...cell, agent: '', add: { offered: 3, member_cancel: 1, no_assign: 1, passed: 1, wait: 12 }, longest: 6 },
  { ...cell, at: 20261129, queue: '631', agent: '802', add: { offered: 1, answered: 1, talks: 1, talk: 7 } },
  {
    ...{ at: 20261128, queue: '', agent: '801', add: { logged_in: 3_600, paused: 600 } },
    reasons: new Map([
      ['lunch', 500],
      ['=1+1, "x"', 100],
    ]),
  },
  { at: 2026112808, queue: '630', agent: '', add: { offered: 7, answered: 3 } },
  { at: 2026112909, queue: '631', agent: '', add: { offered: 1, answered: 1 } },
];
await store.count(counted, 'how far', '');

void t.test('figures of a day, with what follows from them', async (t) => {
  const reply = await get('?from=2026-11-28&to=2026-11-29');
  t.equal(reply.status, 200);
  t.match(JSON.parse(reply.body), {
    status: 'success',
    message: 'Statistics will follow',
    data: { from: '2026-11-28', to: '2026-11-29', by: ['day'] },
  });
  t.strictSame(rowsOf(reply)[0], {
    day: '2026-11-28',
    offered: 7,
    answered: 3,
    lost: 3,
    lostBy: { NO_ASSIGN: 1, NO_AGENT_ANSWER: 1, NO_AGENT_LOGIN: 0, MEMBER_CANCEL: 1 },
    passed: 1,
    inLevel: 2,
    serviceLevel: 0.3333,
    wait: 73,
    waitAnswered: 31,
    averageWait: 10.4,
    averageWaitAnswered: 10.3,
    longestWait: 30,
    talks: 4,
    talk: 301,
    averageTalk: 75.3,
    hold: 10,
    wrapup: 29,
    loggedIn: 3_600,
    paused: 600,
    pausedBy: { '=1+1, "x"': 100, lunch: 500 },
    occupancy: 0.1133,
  });
  t.match(rowsOf(reply)[1], { day: '2026-11-29', offered: 1, serviceLevel: 0, averageTalk: 7, occupancy: null });
});

void t.test('rows of whatever is asked for', async (t) => {
  const of = async (query: string): Promise<unknown[]> =>
    rowsOf(await get(`?from=2026-11-28&to=2026-11-29${query}`)).map(({ day, hour, queue, agent, offered }) =>
      [day, hour, queue, agent, offered].filter((one) => one !== undefined),
    );
  t.strictSame(await of('&by=queue'), [
    ['630', 7],
    ['631', 1],
  ]);
  t.strictSame(await of('&by=agent'), [
    ['801', 4],
    ['802', 1],
    ['', 3],
  ]);
  t.strictSame(await of('&by=day,queue&queue=631'), [['2026-11-29', '631', 1]]);
  t.strictSame(await of('&by=hour'), [
    ['2026-11-28 08:00', 7],
    ['2026-11-29 09:00', 1],
  ]);
  t.strictSame(await of('&by=day&by=hour&by[]=queue'), [
    ['2026-11-28 08:00', '630', 7],
    ['2026-11-29 09:00', '631', 1],
  ]);
  t.strictSame(await of('&by=queue&agent=802'), [['631', 1]]);
  t.strictSame(rowsOf(await get('?from=2026-01-01&to=2026-01-31')), [], 'nothing was counted');
});

void t.test('without days it is today; from alone is until today', async (t) => {
  const today = String(localDay(Date.now())).replace(/(....)(..)(..)/, '$1-$2-$3');
  const spanOf = async (query: string): Promise<unknown> => {
    const { data } = JSON.parse((await get(query)).body) as { data: { from: string; to: string } };
    return [data.from, data.to];
  };
  t.strictSame(await spanOf(''), [today, today]);
  t.strictSame(await spanOf(`?from=${today}`), [today, today]);
  t.strictSame(await spanOf('?to=2026-03-05'), ['2026-03-05', '2026-03-05']);
});

void t.test('CSV by parameter or Accept, as a file, its columns those of JSON', async (t) => {
  const wanted = '?from=2026-11-28&to=2026-11-28&by=day,queue,agent';
  const table = await get(`${wanted}&format=csv`);
  t.equal(table.headers['content-type'], 'text/csv; charset=utf-8; header=present');
  t.equal(table.headers['content-disposition'], 'attachment; filename="statistics-2026-11-28-2026-11-28.csv"');
  const [names = '', ...lines] = table.body.split('\r\n');
  t.match(names, /^day,queue,agent,offered,answered,lost,NO_ASSIGN,.*,loggedIn,paused,pausedBy,occupancy$/);
  t.equal(lines[1], '2026-11-28,630,,3,0,2,1,0,0,1,1,0,0,12,0,4,,6,0,0,,0,0,0,0,,');
  t.equal(lines[0], '2026-11-28,630,801,4,3,1,0,1,0,0,0,2,0.5,61,31,15.3,10.3,30,4,301,75.3,10,29,0,0,,');
  t.equal((await get(wanted, { ...auth, Accept: 'text/csv' })).body, table.body);
  t.match((await get(`${wanted}&format=json`, { ...auth, Accept: 'text/csv' })).body, /^\{/);
  const agents = (await get('?from=2026-11-28&to=2026-11-28&by=agent&format=csv')).body;
  t.match(agents, `,"'=1+1, ""x""=100; lunch=500",`, 'a reason is no formula');
  const empty = (await get('?from=2026-01-01&to=2026-01-01&by=day,queue,agent&format=csv')).body;
  t.equal(empty, `${names}\r\n`);
});

void t.test('an agent gets the own figures, and no others', async (t) => {
  const [anna, boss] = [await as('anna'), await as('boss')];
  const days = '?from=2026-11-28&to=2026-11-29';
  t.match(rowsOf(await get(days, anna)), [{ day: '2026-11-28', offered: 4, loggedIn: 3_600 }]);
  t.equal(rowsOf(await get(days, anna)).length, 1);
  t.strictSame(
    rowsOf(await get(`${days}&by=queue,agent`, anna)).map(({ queue, agent }) => [queue, agent]),
    [['630', '801']],
  );
  t.equal(rowsOf(await get(`${days}&agent=801`, anna)).length, 1);
  t.match(await get(`${days}&agent=802`, anna), { status: 403 });
  t.match(await get(`${days}&by=hour`, anna), { status: 400 }, 'hours are of all');
  t.equal(rowsOf(await get(days, boss)).length, 2);
  t.match(await get(days, {}), { status: 401 });
});

void t.test('bad input', async (t) => {
  const table: Readonly<Record<string, RegExp>> = {
    '?from=2026-11-31': /^parameter from must be a day, YYYY-MM-DD/,
    '?from=26-11-30': /^parameter from must be a day/,
    '?from=2026-11-30T00:00:00Z': /^parameter from must be a day/,
    '?from=0000-00-00': /^parameter from must be a day/,
    '?from=2026-11-30&to=2026-11-29': /^from: is after to$/,
    '?from=2025-01-01&to=2026-11-29': /^more than 400 days \(31 by the hour\)$/,
    '?from=2026-10-29&to=2026-11-29&by=hour': /^more than 400 days \(31 by the hour\)$/,
    '?by=week': /^parameter by must be/,
    '?by=hour,agent': /^by: figures of agents are kept by the day$/,
    '?by=hour&agent=801': /^by: figures of agents are kept by the day$/,
    '?format=xml': /^parameter format must be json or csv/,
  };
  for (const [query, wanted] of Object.entries(table)) {
    const reply = await get(query);
    t.equal(reply.status, 400, query);
    t.match(message(reply.body), wanted);
  }
  t.equal((await get('?from=2026-10-30&to=2026-11-29&by=hour')).status, 200, '31 days');
  t.equal((await get('?from=2025-10-26&to=2026-11-29')).status, 200, '400 days');
});
