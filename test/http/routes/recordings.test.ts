import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { RecordingSender } from '../../../src/http/recording-sender.ts';
import { monitorRoutes } from '../../../src/http/routes/monitor.ts';
import { recordingsRoutes } from '../../../src/http/routes/recordings.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { AccessLog } from '../../../src/store/access-log.ts';
import { Pull } from '../../../src/store/pull.ts';
import { SqliteStore } from '../../../src/store/sqlite-store.ts';
import { eventually } from '../../lab/within.ts';
import { FakeClock } from '../../push/fakes.ts';
import { accountsWith } from '../../users/made.ts';
import { ask, memoryLog, type Reply } from '../client.ts';
import { auth, message, settings } from '../toy.ts';

const folder = join(t.testdir(), 'monitor');
mkdirSync(join(folder, '2026'), { recursive: true });
writeFileSync(join(folder, '2026', 'q 王.wav'), '0123456789');
const log = memoryLog();
const clock = new FakeClock();
const store = new SqliteStore({ folder: join(folder, '..', 'data'), log, keepDays: () => 30, receivers: () => [] });
await store.start(() => undefined);
t.teardown(() => store.stop());
const accessLog = new AccessLog({ keep: (row) => store.addAccess(row), log, clock });
accessLog.start();
const accounts = accountsWith(() => ({ webkey: 'k' }));
let underWay = 0;
const sender = new RecordingSender({
  noteAccess: (access) => {
    underWay++;
    const { sent } = accessLog.note(access);
    return {
      sent: (bytes) => {
        underWay--;
        sent(bytes);
      },
    };
  },
});
const pull = new Pull(store);
const isRecordingOf = (): Promise<boolean> => Promise.resolve(false);
const server = new HttpServer({
  routes: [
    ...monitorRoutes({ folder: () => folder, isRecordingOf, sender }),
    ...recordingsRoutes({
      folder: () => folder,
      isRecordingOf,
      sender,
      accounts,
      accesses: (wanted) => pull.accesses(wanted),
    }),
  ],
  accounts,
  log,
  settings: () => settings,
});
await server.start();
t.teardown(() => server.stop());
const port = server.ports[0]!;
const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> =>
  ask(port, method, path, headers);

interface Data {
  readonly url: string;
  readonly accesses: readonly Record<string, unknown>[];
  readonly next: string;
  readonly more: boolean;
  readonly reset: boolean;
}
const dataOf = ({ body }: Reply): Data => (JSON.parse(body) as { data: Data }).data;
const link = async (query = ''): Promise<string> =>
  dataOf(await get(`/coocenter-api/recordings/link?path=${encodeURIComponent('2026/q 王.wav')}${query}`, auth)).url;
const accesses = async (query = ''): Promise<Data> => {
  await store.settled();
  return dataOf(await get(`/coocenter-api/recordings/access${query}`, auth));
};

void t.test('a link plays without a token, in parts too, and downloads by its name', async (t) => {
  const url = await link();
  const whole = await get(url);
  t.match(whole, { status: 200, body: '0123456789' });
  t.match(whole.headers, {
    'content-type': 'audio/wav',
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  t.notOk(whole.headers['content-disposition']);
  t.match(await get(url, { Range: 'bytes=2-4' }), { status: 206, body: '234' });
  t.match(await get(url, { Range: 'bytes=5-' }), { status: 206, body: '56789' }, 'many requests with one link');
  t.match(await get(url, {}, 'HEAD'), { status: 200, body: '' });
  t.match(await get(`${url}&download=1`), {
    status: 200,
    headers: { 'content-disposition': `attachment; filename="q _.wav"; filename*=UTF-8''q%20%E7%8E%8B.wav` },
  });
  t.match(await get(`${url}&utm_source=x`), { status: 200 }, 'what is not ours is not looked at');
  t.match(await get(`${url}&download=2`), { status: 400 });
  t.match(await get(`${url}&until=9`), { status: 400 });
});

void t.test('links that are refused', async (t) => {
  const url = await link('&ttl=60');
  const other = url.replace('q%20', 'q');
  t.match(await get(other), { status: 403 });
  t.equal(message((await get(other)).body), 'the link is not as it was issued');
  t.match(await get(url.replace(/until=\d+/, 'until=9795000000')), { status: 403 });
  t.match(await get(url.replace('admin', 'agent')), { status: 403 });
  t.match(await get(url.replace(/&signature.*/, '')), { status: 400 });
  const past = await link('&ttl=1');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  t.match(await get(past), { status: 410 });
  t.equal(message((await get(past)).body), 'the link has expired: ask for a new one');
  for (const bad of ['path=nope.wav', 'path=../data/records.db', 'path=2026']) {
    t.match(await get(`/coocenter-api/recordings/link?${bad}`, auth), { status: 404 }, bad);
  }
  for (const bad of ['', 'path=x&ttl=0', 'path=x&ttl=86401']) {
    t.match(await get(`/coocenter-api/recordings/link?${bad}`, auth), { status: 400 }, bad);
  }
  t.match(await get('/coocenter-api/recordings/link?path=x'), { status: 401 });
  t.match(await get('/coocenter-api/recordings/access'), { status: 401 });
});

void t.test('who heard what: one row for a playback, written when it begins and when it is over', async (t) => {
  await clock.advance(600_000);
  const { next } = await accesses();
  const url = await link();
  await get(url, { 'X-Forwarded-For': '10.1.2.3\u0085' });
  const begun = await accesses(`?since=${next}`);
  t.match(begun.accesses, [
    {
      path: '2026/q 王.wav',
      name: '',
      role: 'admin',
      means: 'link',
      remote: '127.0.0.1',
      forwardedFor: '10.1.2.3\\x85',
      requests: 1,
      bytes: 0,
    },
  ]);
  const fresh = await get(url, { Range: 'bytes=2-4' });
  await get(url, { 'If-None-Match': String(fresh.headers.etag) });
  await get(url, {}, 'HEAD');
  await get(`${url}&x=1`, { Range: 'bytes=90-' });
  await get('/coocenter-api/monitor/2026%2Fq%20%E7%8E%8B.wav', auth);
  // A client has the last byte a moment before it is noted, which must be before the pause.
  await eventually('what was sent is noted', () => underWay === 0);
  await clock.advance(301_000);
  await clock.advance(301_000);
  const over = await accesses(`?since=${begun.next}`);
  t.match(
    over.accesses,
    [
      { id: begun.accesses[0]!['id'], means: 'link', requests: 3, bytes: 13 },
      { means: 'token', requests: 1, bytes: 10 },
    ],
    'only the newer row of each is left',
  );
  t.notOk(over.more || over.reset);
  t.ok(
    log.lines.some((line) =>
      /^info recording 2026\/q 王.wav is sent to the holder of a link made by admin at 127/.test(line),
    ),
  );
  const [first] = (await accesses('?limit=1')).accesses;
  t.ok(first);
  t.ok((await accesses('?limit=1')).more);
  t.match(await accesses('?since=00000000-1&limit=1'), { reset: true });
});
