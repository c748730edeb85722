import t, { type Test } from 'tap';
import { tokenOf } from '../../../src/http/auth.ts';
import { success } from '../../../src/http/answer.ts';
import { route } from '../../../src/http/route.ts';
import { sessionRoutes } from '../../../src/http/routes/session.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { Throttle } from '../../../src/http/throttle.ts';
import { hashPassword } from '../../../src/users/password.ts';
import type { User } from '../../../src/users/user.ts';
import { accountsWith } from '../../users/made.ts';
import { ask, memoryLog, type Reply } from '../client.ts';
import { settings as plain, today } from '../toy.ts';

const anna: User = { name: 'anna', role: 'agent', extension: '801', hash: await hashPassword('correct horse') };
const base = '/coocenter-api';

interface Served {
  readonly port: number;
  readonly log: ReturnType<typeof memoryLog>;
  webkey: string;
  users: ReadonlyMap<string, User>;
}

async function serve(t: Test, webkey = 'k', throttle = new Throttle()): Promise<Served> {
  const log = memoryLog();
  const state = { webkey, users: new Map([['anna', anna]]) as ReadonlyMap<string, User> };
  const accounts = accountsWith(() => state);
  const said = (path: string, role: 'agent' | 'supervisor', ticket?: 'stream' | 'recording') =>
    route({
      methods: ['GET'],
      path,
      summary: 'Who asks',
      role,
      ...(ticket === undefined ? {} : { ticket }),
      handle: (_values: unknown, { identity }) => success('', identity),
    });
  const warnings = { everyMinute: (_about: string, text: string) => log.lines.push(text) };
  const server = new HttpServer({
    routes: [
      ...sessionRoutes({ accounts, throttle, warnings }),
      said('/agent', 'agent'),
      said('/supervisor', 'supervisor'),
      said('/stream', 'agent', 'stream'),
      said('/monitor/*', 'agent', 'recording'),
    ],
    log,
    settings: () => ({ ...plain, webkey: state.webkey }),
    accounts,
    throttle,
  });
  await server.start();
  t.teardown(() => server.stop());
  return Object.assign(state, { port: server.ports[0]!, log });
}

const json = { 'Content-Type': 'application/json' };
const login = (port: number, username: unknown, password: unknown): Promise<Reply> =>
  ask(port, 'POST', `${base}/local/login`, json, JSON.stringify({ username, password }));
const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const tokenIn = ({ body }: Reply): string => (JSON.parse(body) as { token: string }).token;
const dataIn = ({ body }: Reply): unknown => (JSON.parse(body) as { data?: unknown }).data;

void t.test('contract §5.1: sign-in by JSON and by form, its answers byte for byte', async (t) => {
  const { port } = await serve(t);
  const byJson = await login(port, 'Anna', 'correct horse');
  t.equal(byJson.status, 200);
  t.match(byJson.body, /^\{"status":"success","token":"s1\.[\w.-]+","username":"anna","userId":\d+\}$/);
  t.equal(byJson.headers['cache-control'], 'no-store');
  const form = await ask(port, 'POST', `${base}/local/login`, {}, 'username=anna&password=correct+horse');
  t.equal(form.status, 200, 'a form');
  const id = (reply: Reply): unknown => (JSON.parse(reply.body) as { userId?: unknown }).userId;
  t.equal(id(form), id(byJson), 'the same number each time');
  const key = await login(port, 'whoever', 'k');
  t.match(key.body, /^\{"status":"success","token":"[^"]+","username":"whoever","userId":1\}$/, 'the WEBKEY');
  for (const [name, password] of [
    ['anna', 'wrong'],
    ['nobody', 'correct horse'],
    ['anna', tokenOf('k', today)],
    ['__proto__', 'x'],
  ]) {
    const wrong = await login(port, name, password);
    t.equal(wrong.status, 401);
    t.equal(wrong.body, '{"status":"Unauthorized"}');
  }
});

void t.test('who one is: by the session, by the token of the day, after Bearer or without', async (t) => {
  const { port } = await serve(t);
  const token = tokenIn(await login(port, 'anna', 'correct horse'));
  const session = (headers: Record<string, string>): Promise<Reply> => ask(port, 'GET', `${base}/session`, headers);
  const anna801 = { name: 'anna', role: 'agent', extension: '801' };
  t.match(dataIn(await session(bearer(token))), { ...anna801, until: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/ });
  t.match(dataIn(await session({ Authorization: token })), anna801);
  t.match(dataIn(await session({ Authentication: `bearer ${token}` })), anna801);
  t.match(dataIn(await session(bearer(tokenIn(await login(port, 'root', 'k'))))), { name: 'root', role: 'admin' });
  const daily = tokenOf('k', today);
  const admin = { name: '', role: 'admin', extension: '', until: '' };
  t.strictSame(dataIn(await session({ Authorization: daily })), admin);
  t.strictSame(dataIn(await session(bearer(daily))), admin);
  t.equal((await session({})).status, 401);
  t.equal((await session(bearer(token.toUpperCase()))).status, 401, 'case counts');
});

void t.test(
  'a role that is too small: 403; a change of password, role, extension or WEBKEY ends a session',
  async (t) => {
    const served = await serve(t);
    const { port } = served;
    const token = tokenIn(await login(port, 'anna', 'correct horse'));
    const admin = tokenIn(await login(port, 'admin', 'k'));
    const status = async (path: string, one = token): Promise<number> =>
      (await ask(port, 'GET', path, bearer(one))).status;
    t.equal(await status('/agent'), 200);
    t.equal(await status('/supervisor'), 403);
    t.equal(await status('/supervisor', admin), 200);
    const changes: Partial<User>[] = [
      { role: 'supervisor' },
      { extension: '802' },
      { hash: await hashPassword('correct horse') },
    ];
    for (const change of changes) {
      served.users = new Map([['anna', { ...anna, ...change }]]);
      t.equal(await status('/agent'), 401, JSON.stringify(Object.keys(change)));
    }
    served.users = new Map();
    t.equal(await status('/agent'), 401, 'gone');
    served.users = new Map([['anna', anna]]);
    t.equal(await status('/agent'), 200, 'as before');
    t.equal(await status('/agent', admin), 200);
    served.webkey = 'k2';
    t.equal(await status('/agent', admin), 401, 'another WEBKEY');
    t.equal(await status('/agent'), 200, 'which is not what a user rests on');
  },
);

void t.test('a ticket opens one request of its purpose, where the route takes one', async (t) => {
  const { port } = await serve(t);
  const token = tokenIn(await login(port, 'anna', 'correct horse'));
  const ticket = async (fields: Record<string, string>): Promise<string> => {
    const reply = await ask(
      port,
      'POST',
      `${base}/session/ticket`,
      { ...json, ...bearer(token) },
      JSON.stringify(fields),
    );
    t.match(dataIn(reply), { ticket: /^[\w-]{32}$/, seconds: 60 });
    return (dataIn(reply) as { ticket: string }).ticket;
  };
  const get = (path: string): Promise<Reply> => ask(port, 'GET', path);
  const stream = await ticket({ purpose: 'stream' });
  t.equal((await get(`/agent?ticket=${stream}`)).status, 401, 'a route that takes none');
  t.equal((await get(`/monitor/a.wav?ticket=${stream}`)).status, 401, 'for something else');
  const first = await get(`/stream?x=1&ticket=${stream}`);
  t.equal(first.status, 200, 'and still good for its own');
  t.match(dataIn(first), { name: 'anna', role: 'agent', extension: '801' });
  t.equal((await get(`/stream?ticket=${stream}`)).status, 401, 'once');
  const recording = await ticket({ purpose: 'recording', path: '2026/11/a b.wav' });
  t.equal((await get(`/monitor/2026/11/b.wav?ticket=${recording}`)).status, 401, 'another recording');
  t.equal((await get(`/stream?ticket=${recording}`)).status, 401);
  const head = await ask(port, 'HEAD', `/monitor/2026/11/a%20b.wav?ticket=${recording}`);
  t.equal(head.status, 200, 'HEAD opens nothing, and leaves it');
  t.equal((await get(`/monitor/2026/11/a%20b.wav?ticket=${recording}`)).status, 200);
  t.equal((await get(`/monitor/2026/11/a%20b.wav?ticket=${recording}`)).status, 401);
  for (const [purpose, path] of [
    [{ purpose: 'stream' }, '/stream'],
    [{ purpose: 'recording', path: 'a.wav' }, '/monitor/a.wav'],
  ] as const) {
    const one = await ticket(purpose);
    const all = await Promise.all(Array.from({ length: 5 }, () => get(`${path}?ticket=${one}`)));
    t.strictSame(all.map(({ status }) => status).sort(), [200, 401, 401, 401, 401], `${path}: of five at once, one`);
  }
  const further = await ask(port, 'POST', `${base}/session/ticket?ticket=${await ticket({ purpose: 'stream' })}`);
  t.equal(further.status, 401, 'no ticket makes another one');
  const none = await ask(port, 'POST', `${base}/session/ticket`, bearer(token), 'purpose=recording');
  t.equal(none.status, 400);
});

void t.test('a ticket lets a page sign in as who got it, or as whom an admin names, and no longer', async (t) => {
  const served = await serve(t);
  const { port } = served;
  const boss: User = { ...anna, name: 'boss', role: 'supervisor', extension: '' };
  served.users = new Map([anna, boss].map((user) => [user.name, user]));
  const post = (path: string, fields: Record<string, string>, headers = {}): Promise<Reply> =>
    ask(port, 'POST', `${base}/session/${path}`, { ...json, ...headers }, JSON.stringify(fields));
  const ticket = (headers: Record<string, string>, user?: string): Promise<Reply> =>
    post('ticket', { purpose: 'page', ...(user === undefined ? {} : { user }) }, headers);
  const enter = async (reply: Reply): Promise<Reply> =>
    post('enter', { ticket: (dataIn(reply) as { ticket: string }).ticket });
  const until = async (headers: Record<string, string>): Promise<unknown> =>
    (dataIn(await ask(port, 'GET', `${base}/session`, headers)) as { until: string }).until;

  const annas = bearer(tokenIn(await login(port, 'anna', 'correct horse')));
  const bosses = bearer(tokenIn(await login(port, 'boss', 'correct horse')));
  const daily = { Authorization: tokenOf('k', today) };
  const own = await ticket(annas);
  const entered = await enter(own);
  t.match(entered.body, /^\{"status":"success","token":"s1\.[\w.-]+","username":"anna","userId":\d+\}$/);
  t.equal(entered.headers['cache-control'], 'no-store');
  const second = bearer(tokenIn(entered));
  t.match(dataIn(await ask(port, 'GET', `${base}/session`, second)), { name: 'anna', role: 'agent', extension: '801' });
  t.equal(await until(second), await until(annas), 'it ends with the session that it comes from');
  t.match(await enter(own), { status: 400, body: /not valid any more/ }, 'once');

  const handed = await enter(await ticket(daily, 'Anna'));
  t.match(dataIn(await ask(port, 'GET', `${base}/session`, bearer(tokenIn(handed)))), { name: 'anna', role: 'agent' });
  t.match(await ticket(daily), { status: 400, body: /missing parameter: user/ }, 'the token of the day is nobody’s');
  t.match(await ticket(daily, 'zoe'), { status: 400, body: /no such user: zoe/ });
  t.match(await ticket(bosses, 'anna'), { status: 403, body: /only an admin/ });
  t.match(await ticket(bosses, 'zoe'), { status: 403, body: /only an admin/ }, 'nobody learns who there is');
  t.match(await ticket(annas, 'boss'), { status: 403 });
  t.equal((await ticket(annas, 'ANNA')).status, 200, 'oneself by name');
  const keys = bearer(tokenIn(await login(port, 'anna', 'k')));
  t.match(dataIn(await ask(port, 'GET', `${base}/session`, bearer(tokenIn(await enter(await ticket(keys)))))), {
    role: 'agent',
  });

  const stream = await post('ticket', { purpose: 'stream' }, annas);
  t.equal((await enter(stream)).status, 400, 'a ticket for something else');
  const page = (dataIn(await ticket(annas)) as { ticket: string }).ticket;
  for (const path of ['/agent', '/stream', '/monitor/a.wav']) {
    t.equal((await ask(port, 'GET', `${path}?ticket=${page}`)).status, 401, `${path} takes none`);
  }
  const late = await ticket(annas);
  served.users = new Map([['boss', boss]]);
  t.equal((await enter(late)).status, 400, 'its user is gone');
});

void t.test('a wallboard stays signed in for weeks, and renews its session; nobody else does', async (t) => {
  const served = await serve(t);
  const { port } = served;
  const screen: User = { ...anna, name: 'screen', role: 'wallboard', extension: '' };
  served.users = new Map([anna, screen].map((user) => [user.name, user]));
  const session = async (headers: Record<string, string>): Promise<Reply> =>
    ask(port, 'GET', `${base}/session`, headers);
  const daysLeft = async (headers: Record<string, string>): Promise<number> => {
    const { until } = dataIn(await session(headers)) as { until: string };
    return Math.round((new Date(until).getTime() - Date.now()) / 86_400_000);
  };
  const screens = bearer(tokenIn(await login(port, 'screen', 'correct horse')));
  t.equal(await daysLeft(screens), 60);
  const renewed = await ask(port, 'POST', `${base}/session/renew`, screens);
  t.match(renewed, { status: 200, body: /^\{"status":"success","token":"s1\.[\w.-]+","username":"screen"/ });
  t.equal(await daysLeft(bearer(tokenIn(renewed))), 60);
  t.equal((await ask(port, 'GET', '/agent', screens)).status, 403, 'figures are all that it may see');
  const annas = bearer(tokenIn(await login(port, 'anna', 'correct horse')));
  t.match(await ask(port, 'POST', `${base}/session/renew`, annas), { status: 403, body: /only a wallboard/ });
  served.users = new Map([['screen', { ...screen, hash: await hashPassword('correct horse') }]]);
  t.equal((await session(bearer(tokenIn(renewed)))).status, 401, 'another password ends it');
});

void t.test('wrong tickets for pages share the budget of wrong tokens', async (t) => {
  const { port } = await serve(t, 'k', new Throttle({ interval: 3_600_000 }));
  const statuses: number[] = [];
  for (let tried = 0; tried < 21; tried++) {
    const reply = await ask(port, 'POST', `${base}/session/enter`, json, JSON.stringify({ ticket: `guess-${tried}` }));
    statuses.push(reply.status);
  }
  t.strictSame([statuses.slice(0, 20).every((status) => status === 400), statuses[20]], [true, 429]);
});

void t.test('contract §1.1: without a WEBKEY all may ask, and who signed in is who they are', async (t) => {
  const { port } = await serve(t, '');
  const status = async (path: string, headers = {}): Promise<number> => (await ask(port, 'GET', path, headers)).status;
  t.equal(await status('/supervisor'), 200);
  t.equal(await status('/supervisor', { Authorization: tokenOf('old', today) }), 200, 'as before');
  t.equal((await login(port, 'anna', 'wrong')).status, 401);
  t.equal((await login(port, 'admin', 'k')).status, 401);
  const token = tokenIn(await login(port, 'anna', 'correct horse'));
  t.equal(await status('/agent', bearer(token)), 200);
  t.equal(await status('/supervisor', bearer(token)), 403);
  t.equal(await status('/agent', bearer(`${token}x`)), 401, 'a session that is none says so');
});

void t.test('wrong passwords share the budget of wrong tokens', async (t) => {
  // Hashing takes seconds on a busy box: nothing of the budget comes back meanwhile.
  const { port, log } = await serve(t, 'k', new Throttle({ interval: 3_600_000 }));
  const statuses: number[] = [];
  for (let tried = 0; tried < 24; tried++) statuses.push((await login(port, 'nobody', 'the same')).status);
  t.strictSame([...new Set(statuses)], [401], 'the same one again and again');
  const guesses: Reply[] = [];
  for (let tried = 0; tried < 19; tried++) guesses.push(await ask(port, 'GET', '/agent', bearer(`guess ${tried}`)));
  t.strictSame([...new Set(guesses.map(({ status }) => status))], [401]);
  const many = await Promise.all(Array.from({ length: 30 }, (_, i) => login(port, 'anna', `guess ${i}`)));
  const refused = many.filter(({ status }) => status === 429);
  t.equal(refused.length, 30, 'the budget of 20 is used up');
  t.match(refused[0]?.headers, { 'retry-after': /^(?:3600|3[0-5]\d\d)$/ }, 'the seconds until one more may be tried');
  t.equal((await login(port, 'whoever', 'k')).status, 200, 'the WEBKEY passes whatever came from here');
  t.match(log.lines.join('\n'), /wrong password from 127\.0\.0\.1/);
});
