import t, { type Test } from 'tap';
import { allRoutes } from '../../src/http/routes/list.ts';
import type { RouteRow } from '../../src/http/route.ts';
import { HttpServer } from '../../src/http/server.ts';
import { Throttle } from '../../src/http/throttle.ts';
import { hashPassword } from '../../src/users/password.ts';
import { sessionSeconds } from '../../src/users/session-token.ts';
import type { User } from '../../src/users/user.ts';
import { goodFields, table } from '../e2e/table.ts';
import { accountsWith } from '../users/made.ts';
import { ask, memoryLog, type Reply } from './client.ts';
import { inMatrix, matrix, type Use } from './matrix.ts';
import { auth, settings as plain } from './toy.ts';

const hash = await hashPassword('correct horse');
/** 800 is the extension that every good request names. */
const people: readonly User[] = [
  { name: 'own', role: 'agent', extension: '800', hash },
  { name: 'foreign', role: 'agent', extension: '899', hash },
  { name: 'screen', role: 'wallboard', extension: '', hash },
  { name: 'boss', role: 'supervisor', extension: '', hash },
  { name: 'root', role: 'admin', extension: '', hash },
];

interface Served {
  readonly port: number;
  /** Sessions by name of the user; `old` is one that is over. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** Every route, with nothing behind them: a request that is let in fails at what it reaches for. */
async function serve(t: Test): Promise<Served> {
  const users = new Map(people.map((user) => [user.name, user]));
  let now = new Date();
  const accounts = accountsWith(
    () => ({ webkey: 'k', users }),
    () => now,
  );
  const known: Readonly<Record<string, unknown>> = {
    accounts,
    throttle: new Throttle(),
    warnings: { everyMinute: () => undefined },
    dialFeatures: () => false,
    international: () => '',
    isRecordingOf: (_name: string, extension: string) => Promise.resolve(extension === '800'),
    folder: () => t.testdir(),
    requireUp: () => undefined,
    // A recording that may be opened is sent; a stream that may be read ends.
    sender: { answer: async ({ open }: { open: () => Promise<unknown> }) => ({ body: { sent: await open() } }) },
    live: {
      join: (reader: { end: () => void }) => {
        reader.end();
      },
      leave: () => undefined,
    },
    streamLimits: {},
  };
  const nothing = (): never => {
    throw new Error('reached');
  };
  const deps = new Proxy({}, { get: (_target, name) => known[String(name)] ?? nothing }) as Parameters<
    typeof allRoutes
  >[0];
  const server = new HttpServer({
    routes: allRoutes(deps),
    log: memoryLog(),
    settings: () => plain,
    accounts,
    throttle: new Throttle(),
  });
  await server.start();
  t.teardown(() => server.stop());
  const port = server.ports[0]!;
  const signIn = async (username: string): Promise<string> => {
    const fields = JSON.stringify({ username, password: 'correct horse' });
    const { body } = await ask(
      port,
      'POST',
      '/coocenter-api/local/login',
      { 'Content-Type': 'application/json' },
      fields,
    );
    return (JSON.parse(body) as { token: string }).token;
  };
  now = new Date(Date.now() - (sessionSeconds + 60) * 1_000);
  const old = await signIn('root');
  now = new Date();
  const tokens = Object.fromEntries(
    await Promise.all(people.map(async ({ name }) => [name, await signIn(name)] as const)),
  );
  return { port, tokens: { ...tokens, old } };
}

/** A good request of a route. */
function send(port: number, row: RouteRow, headers: Readonly<Record<string, string>>, ticket = ''): Promise<Reply> {
  const isLogin = row.path.endsWith('local/login');
  const fields = isLogin ? { username: 'own', password: 'correct horse' } : goodFields(row);
  const coded = new URLSearchParams(fields).toString();
  const path = row.path.replace('*', 'none.wav');
  const query = ticket === '' ? '' : `?ticket=${ticket}`;
  if (row.method === 'GET') {
    const asked = [query.slice(1), coded].filter((part) => part !== '').join('&');
    return ask(port, 'GET', asked === '' ? path : `${path}?${asked}`, headers);
  }
  return ask(
    port,
    row.method,
    path + query,
    { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
    coded,
  );
}

/** What each may do: let in (whatever then becomes of the request), 401 or 403. */
type Verdict = 'in' | 401 | 403;
const verdictOf = ({ status }: Reply): Verdict => (status === 401 || status === 403 ? status : 'in');

/** Of each use what a screen may, an agent for its own extension, and another. */
const below: Readonly<Record<Use, readonly [screen: Verdict, own: Verdict, foreign: Verdict]>> = {
  open: ['in', 'in', 'in'],
  signed: [403, 403, 403],
  screen: ['in', 'in', 'in'],
  wallboard: ['in', 403, 403],
  // A good request names an agent.
  figures: [403, 'in', 403],
  any: [403, 'in', 'in'],
  own: [403, 'in', 403],
  'own recordings': [403, 'in', 403],
  supervisor: [403, 403, 403],
  admin: [403, 403, 403],
};

/** What the matrix says of each client. */
function wantedOf(use: Use): Readonly<Record<string, Verdict>> {
  const [screen, own, foreign] = below[use];
  const isAsked = use !== 'open' && use !== 'signed';
  const stranger: Verdict = isAsked ? 401 : own;
  const above: Verdict = use === 'signed' || use === 'wallboard' ? 403 : 'in';
  return {
    'no token': stranger,
    'over 12 hours old': stranger,
    forged: stranger,
    screen,
    own,
    foreign,
    boss: use === 'admin' ? 403 : above,
    root: above,
    'token of the day': above,
  };
}

const bearer = (token = ''): Record<string, string> => ({ Authorization: `Bearer ${token}` });

void t.test('every route is in the matrix, and nothing else', (t) => {
  t.strictSame([...new Set(table.map(({ path }) => inMatrix(path)))].sort(), Object.keys(matrix).sort());
  t.end();
});

void t.test('every request × everybody who may send it: let in, 401 or 403, as the matrix says', async (t) => {
  const { port, tokens } = await serve(t);
  const clients: Readonly<Record<string, Record<string, string>>> = {
    'no token': {},
    'over 12 hours old': bearer(tokens['old']),
    forged: bearer(tokens['root']?.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))),
    screen: bearer(tokens['screen']),
    own: bearer(tokens['own']),
    foreign: bearer(tokens['foreign']),
    boss: bearer(tokens['boss']),
    root: bearer(tokens['root']),
    'token of the day': auth,
  };
  for (const row of table) {
    const found: Record<string, Verdict> = {};
    for (const [name, headers] of Object.entries(clients)) found[name] = verdictOf(await send(port, row, headers));
    t.strictSame(found, wantedOf(matrix[inMatrix(row.path)] ?? 'admin'), `${row.method} ${row.path}`);
  }
});

void t.test('a ticket opens what it is for, once, and nothing else', async (t) => {
  const { port, tokens } = await serve(t);
  const ticketFor = async (purpose: string): Promise<string> => {
    const fields = { purpose, ...(purpose === 'recording' ? { path: 'none.wav' } : {}) };
    const headers = { ...bearer(tokens['own']), 'Content-Type': 'application/json' };
    const { body } = await ask(port, 'POST', '/coocenter-api/session/ticket', headers, JSON.stringify(fields));
    return (JSON.parse(body) as { data: { ticket: string } }).data.ticket;
  };
  const takes: Readonly<Record<string, string>> = { stream: 'stream', 'monitor/*': 'recording' };
  const left = {
    stream: await ticketFor('stream'),
    recording: await ticketFor('recording'),
    page: await ticketFor('page'),
  };
  for (const row of table) {
    const use = matrix[inMatrix(row.path)];
    if (use === 'open' || use === 'signed') continue;
    const purpose = takes[inMatrix(row.path)];
    for (const [to, ticket] of Object.entries(left)) {
      if (to === purpose) continue;
      t.equal((await send(port, row, {}, ticket)).status, 401, `${row.method} ${row.path} with a ticket for a ${to}`);
    }
    if (purpose === undefined) continue;
    const ticket = await ticketFor(purpose);
    t.equal(verdictOf(await send(port, row, {}, ticket)), 'in', `${row.path}: the first time`);
    t.equal(verdictOf(await send(port, row, {}, ticket)), 401, `${row.path}: not again`);
  }
});
