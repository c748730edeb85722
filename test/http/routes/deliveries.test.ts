import fc from 'fast-check';
import t from 'tap';
import { acceptedDays, tokenOf } from '../../../src/http/auth.ts';
import type { AllDeps } from '../../../src/http/routes/list.ts';
import { deliveriesRoutes } from '../../../src/http/routes/deliveries.ts';
import { recordsSearchRoutes } from '../../../src/http/routes/records-search.ts';
import { recordsRoutes } from '../../../src/http/routes/records.ts';
import { statusRoutes } from '../../../src/http/routes/status.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { Pull } from '../../../src/store/pull.ts';
import { Replay } from '../../../src/store/replay.ts';
import { SqliteStore } from '../../../src/store/sqlite-store.ts';
import { localTime } from '../../../src/system/local-time.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { FakeLog } from '../../push/fakes.ts';
import { ask, memoryLog, type Reply } from '../client.ts';

const log = memoryLog();
const names = ['', 'crm'];
const store = new SqliteStore({
  folder: t.testdir(),
  log: new FakeLog(),
  keepDays: () => 30,
  receivers: () => names,
});
await store.start(() => undefined);
const again: string[] = [];
const pull = new Pull(store);
const replay = new Replay({
  store,
  clock: systemClock,
  receivers: () => names,
  onReplayed: (receiver, after) => again.push(`${receiver} ${after}`),
});
const since = Date.UTC(2026, 0, 1, 12);
const deps: Pick<AllDeps, 'records' | 'search' | 'deliveries' | 'replay' | 'status'> = {
  records: (wanted) => pull.records(wanted),
  search: (wanted) => pull.search(wanted),
  deliveries: (wanted) => pull.deliveries(wanted),
  replay: (order) => replay.run(order),
  status: () =>
    Promise.resolve({
      version: '1',
      uptime: 5,
      rss: 1,
      asterisk: { state: 'away', since, reason: 'ECONNREFUSED' },
      receivers: [
        {
          name: '',
          url: 'http://x/',
          state: 'down',
          since,
          pending: { records: 1, signals: 2 },
          delivered: 3,
          failed: 7,
          dropped: 4,
          dead: 5,
          lastError: { at: since, reason: 'HTTP 500' },
        },
      ],
      store: { state: 'ok', since: undefined, reason: '', waiting: 0, dropped: 0, bytes: 4096 },
      forgedEvents: 6,
    }),
};
let webkey = 'k';
const server = new HttpServer({
  routes: [...recordsRoutes(deps), ...recordsSearchRoutes(deps), ...deliveriesRoutes(deps), ...statusRoutes(deps)],
  log,
  settings: () => ({
    bindAddr: '127.0.0.1',
    bindPort: 0,
    tlsPort: 0,
    tlsCert: '',
    tlsKey: '',
    webkey,
    allowOrigin: '',
    hostNames: [],
    metricsToken: '',
  }),
});
await server.start();
t.teardown(async () => {
  await server.stop();
  await store.stop();
});
const port = server.ports[0]!;
const auth = { Authorization: tokenOf('k', acceptedDays(new Date())[1]!) };
const get = (path: string): Promise<Reply> => ask(port, 'GET', `/coocenter-api/${path}`, auth);
const post = (form: Readonly<Record<string, string>>): Promise<Reply> =>
  ask(port, 'POST', '/coocenter-api/deliveries/replay', auth, new URLSearchParams(form).toString());
const json = ({ body }: Reply): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;

const ids = ['1', '2', '3'].map((digit) => digit.repeat(32));
const bodies = [
  '{"event":"ivr","name":"張 \\u0000"}',
  '{"event":"cdr","n":1e21}',
  '{ "event" : "cc_cdr", "caller" : "85322361" }',
];
for (const [n, event] of ['ivr', 'cdr', 'cc_cdr'].entries()) {
  const createdAt = since + n * 60_000;
  await store.add({ id: ids[n]!, event, callId: '1.1', class: 'record', body: bodies[n]!, createdAt }, names);
}
await store.mark('', ids[0]!, { state: 'delivered', attempts: 1 });
await store.mark('', ids[1]!, { state: 'dead', attempts: 12, error: 'HTTP 500' });

void t.test('records: in order, their bodies byte for byte; the cursor goes on', async (t) => {
  const reply = await get('records?limit=2');
  t.equal(reply.status, 200);
  t.match(reply.headers, { 'content-type': /json/, 'cache-control': 'no-store' });
  for (const body of bodies.slice(0, 2)) t.ok(reply.body.includes(`,"body":${body}}`), body);
  t.match(json(reply), {
    status: 'success',
    message: 'Records will follow',
    data: {
      records: [
        { id: ids[0], event: 'ivr', callId: '1.1', time: localTime(since), body: { event: 'ivr' } },
        { id: ids[1], event: 'cdr' },
      ],
      more: true,
      reset: false,
    },
  });
  const { next } = json(reply)['data'] as { next: string };
  t.match(json(await get(`records?since=${next}`)), { data: { records: [{ id: ids[2] }], more: false } });
  t.match(json(await get('records?event=cdr,cc_cdr')), { data: { records: [{ id: ids[1] }, { id: ids[2] }] } });
  t.match(json(await get('records?since=00000000-7')), { data: { records: [{}, {}, {}], reset: true } });
  const head = await ask(port, 'HEAD', '/coocenter-api/records', auth);
  t.strictSame([head.status, head.body], [200, '']);
});

void t.test('the newest records first: all, or those that have what is searched for', async (t) => {
  const idsOf = async (query: string): Promise<unknown[]> =>
    (json(await get(`records/search${query}`))['data'] as { records: { id: string }[] }).records.map(({ id }) => id);
  t.strictSame(await idsOf(''), ids.toReversed());
  t.strictSame(await idsOf('?limit=1'), [ids[2]]);
  const { next } = json(await get('records/search?limit=1'))['data'] as { next: string };
  t.strictSame(await idsOf(`?before=${next}`), [ids[1], ids[0]]);
  t.strictSame(await idsOf('?event=ivr,cdr'), [ids[1], ids[0]]);
  t.strictSame(await idsOf('?number=532'), [ids[2]]);
  t.strictSame(await idsOf('?number=532&exact=1'), [], 'a part of a number is another number');
  t.strictSame(await idsOf('?number=85322361&exact=1'), [ids[2]]);
});

void t.test('deliveries: what became of each at each receiver', async (t) => {
  t.match(json(await get('deliveries?receiver=URL')), {
    status: 'success',
    data: {
      deliveries: [
        { id: ids[2], receiver: 'URL', state: 'pending', attempts: 0, error: '', replayed: '' },
        {
          id: ids[1],
          receiver: 'URL',
          state: 'dead',
          attempts: 12,
          error: 'HTTP 500',
          time: localTime(since + 60_000),
        },
        { id: ids[0], receiver: 'URL', state: 'delivered', attempts: 1 },
      ],
      more: false,
    },
  });
  t.match(json(await get('deliveries?state=dead')), { data: { deliveries: [{ id: ids[1] }] } });
  t.match(json(await get('deliveries?receiver=crm&event=ivr')), { data: { deliveries: [{ receiver: 'crm' }] } });
  const first = json(await get('deliveries?receiver=crm&limit=2'))['data'] as { next: string; more: boolean };
  t.ok(first.more);
  t.match(json(await get(`deliveries?receiver=crm&before=${first.next}`)), { data: { deliveries: [{ id: ids[0] }] } });
});

void t.test('a parameter that is not allowed is named', async (t) => {
  for (const [path, text] of [
    ['records?limit=0', 'parameter limit must be a whole number from 1 to 1000'],
    ['records?limit=1001', 'parameter limit must be'],
    ['records?since=7', 'parameter since must be a cursor'],
    ['records?event=hangup', 'parameter event must be one or several of ivr, cdr, cc_cdr'],
    ['records?event=cdr,', 'parameter event must be'],
    ['deliveries?state=lost', 'parameter state must be pending or delivered or dead'],
    ['deliveries?receiver=CRM', 'parameter receiver must be the name of a [push.<name>]'],
  ] as const) {
    const reply = await get(path);
    t.equal(reply.status, 400, path);
    t.match(json(reply), { status: 'error', message: text });
  }
  for (const [form, text] of [
    [{}, 'missing parameter: id, from'],
    [{ state: 'delivered' }, 'missing parameter: id, from'],
    [{ to: '2026-01-01 00:00:00' }, 'missing parameter: from'],
    [{ id: 'x' }, 'parameter id must be a webhook-id'],
    [{ id: ids[0]!, from: '2026-01-01 00:00:00' }, 'parameter id goes without from and to'],
    [{ from: 'yesterday' }, 'parameter from must be YYYY-MM-DD HH:MM:SS'],
    [{ from: '2026-01-02 00:00:00', to: '2026-01-01 00:00:00' }, 'parameter to must not be before from'],
    [{ state: 'pending' }, 'parameter state must be dead or delivered'],
  ] as [Record<string, string>, string][]) {
    const reply = await post(form);
    t.equal(reply.status, 400, JSON.stringify(form));
    t.match(json(reply), { status: 'error', message: text });
  }
});

void t.test('replay: says how many, and what is not there', async (t) => {
  t.match(await post({ id: 'f'.repeat(32) }), { status: 404, body: /no such record: f{32}/ });
  t.match(await post({ id: ids[0]!, receiver: 'other' }), { status: 404, body: /no such receiver/ });
  again.length = 0;
  t.match(json(await post({ state: 'dead' })), {
    message: '1 delivery is sent again',
    data: { replayed: 1, waiting: 0, unknown: [] },
  });
  t.strictSame(again, [' 1']);
  t.match(json(await post({ id: [...ids, 'f'.repeat(32)].join() })), {
    message: '1 delivery is sent again',
    data: { replayed: 1, waiting: 5, unknown: ['f'.repeat(32)] },
  });
  const [from, to] = [localTime(since), localTime(since + 60_000)];
  t.match(json(await post({ from, to })), { message: '0 deliveries are sent again', data: { waiting: 4 } });
  t.match(json(await post({ from, to, receiver: 'URL', event: 'cdr' })), { data: { waiting: 1 } });
  t.match(json(await get('deliveries?receiver=URL&state=pending')), {
    data: { deliveries: [{}, { replayed: /^2/, attempts: 12 }, { replayed: /^2/ }] },
  });
});

void t.test('whatever is asked, the answer is one of those that are documented', async (t) => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('1', '1000', 'URL', 'crm', 'dead', 'cdr', 'ivr,cdr', ids[0]!, ids.join(), '00000000-1'),
    fc.stringMatching(/^[0-9a-f]{8}-\d{1,16}$/),
    fc.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  );
  const names = ['since', 'limit', 'event', 'state', 'receiver', 'before', 'id', 'from', 'to'];
  const form = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('records', 'deliveries', 'replay'), form, async (what, fields) => {
      const reply = await (what === 'replay' ? post(fields) : get(`${what}?${new URLSearchParams(fields).toString()}`));
      t.ok([200, 400, 404].includes(reply.status), `${reply.status} ${what} ${JSON.stringify(fields)}`);
      t.type(json(reply)['message'], 'string');
    }),
    { numRuns: 200 },
  );
});

void t.test('status: moments in the time of the box, the receiver of URL by its name', async (t) => {
  t.match(json(await get('status')), {
    data: {
      version: '1',
      asterisk: { state: 'away', since: localTime(since), reason: 'ECONNREFUSED' },
      receivers: [{ name: 'URL', state: 'down', lastError: { at: localTime(since), reason: 'HTTP 500' } }],
      store: { state: 'ok', since: null, bytes: 4096 },
      forgedEvents: 6,
    },
  });
});

void t.test('they need the token; without a WEBKEY they answer this machine', async (t) => {
  for (const path of ['records', 'deliveries', 'status']) {
    t.equal((await ask(port, 'GET', `/coocenter-api/${path}`)).status, 401, path);
  }
  t.equal((await ask(port, 'POST', '/coocenter-api/deliveries/replay', {}, 'state=dead')).status, 401);
  webkey = '';
  t.equal((await ask(port, 'GET', '/coocenter-api/records')).status, 200);
  webkey = 'k';
});

void t.test('a store that fails is 503, with Retry-After', async (t) => {
  await store.stop();
  for (const reply of [await get('records'), await get('deliveries'), await post({ state: 'dead' })]) {
    t.match(reply, { status: 503, headers: { 'retry-after': '5' }, body: /the store fails: / });
  }
  t.strictSame(
    log.lines.filter((line) => line.startsWith('error')),
    [],
  );
});
