// Also tested here: run.ts, io.ts, ask.ts and the file of each command but check (check*.test.ts, test/e2e/check.ts).
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import t from 'tap';
import { parseArguments } from '../../src/cli/arguments.ts';
import type { ShortCommand } from '../../src/cli/run.ts';
import { runCommand } from '../../src/cli/run.ts';
import { tokenOf } from '../lab/daemon.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { FakeIo } from './fake-io.ts';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly token: string | undefined;
  readonly body: string;
}

/** A daemon that answers what the test says. */
const asked: Asked[] = [];
let answers: { readonly status?: number; readonly text: string }[] = [];
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  asked.push({ method, url, token: headers.authorization, body: await readText(request) });
  const { status = 200, text } = answers.shift() ?? { status: 500, text: '{"message":"no answer left"}' };
  response.writeHead(status).end(text);
}
const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    response.destroy(error as Error);
  });
});
const dataDir = makeTemp();
server.listen(join(dataDir, 'api.sock'));
await once(server, 'listening');
t.teardown(() => {
  server.close();
  removeTemp(dataDir);
});

const file = join(t.testdir({}), 'api.conf');

/** Runs a command line on that daemon. */
async function run(
  args: readonly string[],
  next: typeof answers = [],
  { conf = `[general]\ndata_dir = ${dataDir}\nWEBKEY = k\n`, io = new FakeIo() } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  answers = next;
  asked.length = 0;
  const { command, ...more } = parseArguments([...args, '--config', file]);
  writeFileSync(file, conf);
  const code = await runCommand(command as ShortCommand, more, io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

const data = (value: unknown, message = 'm'): { text: string } => ({
  text: JSON.stringify({ status: 'success', message, data: value }),
});
const page = (records: readonly unknown[], next: string, more = false, reset = false): { text: string } =>
  data({ records, next, more, reset });

void t.test('contract §2: token prints the token of today', async (t) => {
  t.strictSame(await run(['token']), { code: 0, stdout: `${tokenOf('k')}\n`, stderr: '' });
  t.match(await run(['token'], [], { conf: '' }), { code: 1, stdout: '', stderr: /no WEBKEY is set in .*api.conf/ });
});

void t.test('records: page by page, a line of JSON each; no token is sent', async (t) => {
  const found = await run(
    ['records', '--since', '00000000-1', '--event', 'cdr'],
    [page([{ id: 'a', body: { n: 1 } }], '00000000-2', true), page([], '00000000-7', true), page([{ id: 'b' }], 'x')],
  );
  t.strictSame(found, { code: 0, stdout: '{"id":"a","body":{"n":1}}\n{"id":"b"}\n', stderr: '' });
  t.strictSame(
    asked.map(({ method, url, token }) => [method, url, token]),
    ['00000000-1', '00000000-2', '00000000-7'].map((since) => [
      'GET',
      `/coocenter-api/records?since=${since}&limit=500&event=cdr`,
      undefined,
    ]),
  );
  t.match(await run(['records', '--limit', '1'], [page([{}], 'x', true)]), { code: 0, stdout: '{}\n' });
  t.match(asked[0]?.url, /limit=1$/);
  t.match(await run(['records', '--since', '00000000-1'], [page([{}], 'x', false, true)]), {
    stderr: /earlier store/,
  });
  t.match(await run(['records', '--limit', '0']), { code: 2, stderr: /--limit must be/ });
});

void t.test(
  'records, deliveries --json: on a terminal control characters are escaped, and it is JSON still',
  async (t) => {
    const record = { id: 'a\u009b2J\u007f\u001b' };
    const lists = [
      [['records'], page([record], 'x')],
      [['deliveries', '--json'], data({ deliveries: [record], next: 'x', more: false })],
    ] as const;
    for (const [args, answer] of lists) {
      const { stdout } = await run([...args], [answer], { io: new FakeIo(true) });
      t.equal(stdout, '{"id":"a\\u009b2J\\u007f\\u001b"}\n');
      t.strictSame(JSON.parse(stdout), record);
      t.equal((await run([...args], [answer])).stdout, `${JSON.stringify(record)}\n`, 'elsewhere as it is');
    }
  },
);

void t.test('records --follow: goes on with those that come, until nobody reads any more', async (t) => {
  const io = new FakeIo();
  const write = io.out.bind(io);
  io.out = async (text) => {
    await write(text);
    io.isClosed = io.stdout.includes('b');
  };
  const found = await run(['records', '--follow'], [page([{ id: 'a' }], 'x-1'), page([{ id: 'b' }], 'x-2')], { io });
  t.strictSame(found, { code: 0, stdout: '{"id":"a"}\n{"id":"b"}\n', stderr: '' });
  t.match(asked[1]?.url, 'since=x-1');
});

void t.test('deliveries: a table, or JSON; never more than was asked for', async (t) => {
  const row = {
    time: '2026-11-25 08:20:56',
    event: 'cdr',
    callId: '1.1',
    receiver: 'URL',
    state: 'dead',
    attempts: 12,
    changed: '2026-11-25 09:00:00',
    id: 'f'.repeat(32),
    error: 'HTTP 500 \x1b[2J',
  };
  const rows = (n: number): { text: string } =>
    data({ deliveries: Array.from({ length: n }, () => row), next: '00000000-1', more: true });
  const { code, stdout } = await run(['deliveries', '--state', 'dead', '--limit', '3'], [rows(2), rows(2)]);
  t.equal(code, 0);
  t.equal(asked[1]?.url, '/coocenter-api/deliveries?before=00000000-1&limit=1&state=dead');
  const lines = stdout.split('\n');
  t.match(lines[0], /^time +event +callId +receiver +state +attempts +changed +id +error$/);
  t.equal(lines.length, 5);
  t.match(lines[1], /^2026-11-25 08:20:56 {2}cdr {4}1\.1 {5}URL {7}dead {3}12 .* HTTP 500 \\x1b\[2J$/);
  t.match(await run(['deliveries', '--json', '--limit', '1'], [rows(1)]), { stdout: `${JSON.stringify(row)}\n` });
  t.match(await run(['deliveries'], [data({ deliveries: [], next: '', more: false })]), { stdout: 'none\n' });
});

void t.test('replay: what is meant is sent, how many is told, an unknown id is a failure', async (t) => {
  const done = (unknown: readonly string[] = [], waiting = 0): { text: string } =>
    data({ replayed: 2, waiting, unknown }, '2 deliveries are sent again');
  t.match(await run(['replay', '--id', 'a', '--id', 'b', '--receiver', 'crm'], [done([], 3)]), {
    code: 0,
    stdout: '2 deliveries are sent again, 3 were waiting anyway\n',
  });
  t.match(asked, [{ method: 'POST', url: '/coocenter-api/deliveries/replay', body: 'id=a%2Cb&receiver=crm' }]);
  t.match(await run(['replay', '--id', 'a'], [done(['a'])]), { code: 1, stderr: 'no such record: a\n' });
  await run(['replay', '--dead', '--from', '2026-11-25 08:20:56', '--event', 'cdr'], [done()]);
  t.equal(asked[0]?.body, 'from=2026-11-25+08%3A20%3A56&state=dead&event=cdr');
  t.match(await run(['replay', '--to', 'x']), { code: 2, stderr: /say which: --id/ });
});

const status = (asterisk: object = { state: 'up' }, receiver: object = {}, store: object = {}): { text: string } =>
  data({
    version: '1.2.3',
    uptime: 90_061,
    rss: 50 * 1024 * 1024,
    asterisk: { since: '2026-11-25 08:20:56', reason: '', ...asterisk },
    receivers: [
      {
        name: 'URL',
        url: 'http://x/',
        state: 'up',
        since: '2026-11-25 08:20:56',
        pending: { records: 7, signals: 0 },
        delivered: 9,
        dropped: 0,
        dead: 0,
        lastError: null,
        ...receiver,
      },
    ],
    store: { state: 'ok', since: null, reason: '', waiting: 0, bytes: 4 * 1024 * 1024, ...store },
  });

void t.test('status: a line for each part; what is not well makes it fail', async (t) => {
  t.strictSame(await run(['status'], [status()]), {
    code: 0,
    stderr: '',
    stdout: `coocenter-api 1.2.3, running for 1 d 1 h, 50.0 MB
ok    Asterisk: connected since 2026-11-25 08:20:56
ok    receiver URL: http://x/ up since 2026-11-25 08:20:56; 7 records wait, 9 events delivered
ok    store: 4.0 MB
`,
  });
  const away = await run(['status'], [status({ state: 'away', reason: 'ECONNREFUSED' })]);
  t.match(away, { code: 1, stdout: /^fail {2}Asterisk: no connection since .*: ECONNREFUSED$/m });
  const down = { state: 'down', dead: 3, lastError: { at: '2026-11-25 08:20:56', reason: 'HTTP 500\x07' } };
  t.match(await run(['status'], [status(undefined, down)]), {
    code: 1,
    stdout: /^fail {2}receiver URL: .* 3 given up \(coocenter-api replay --dead\); last error .*: HTTP 500\\x07$/m,
  });
  t.match(await run(['status'], [status(undefined, { dead: 1 })]), { code: 0, stdout: /^warn {2}receiver/m });
  const full = { state: 'failing', since: '2026-11-25 08:20:56', reason: 'the disk is full', waiting: 4 };
  t.match(await run(['status'], [status(undefined, {}, full)]), {
    code: 1,
    stdout: /^fail {2}store: takes no records since .*: the disk is full; 4 wait in memory/m,
  });
  t.match((await run(['status'], [status()], { io: new FakeIo(true) })).stdout, '\x1b[32mok  \x1b[0m  Asterisk');
});

void t.test('a daemon that does not run, another program, a refusal: said in one line, exit code 1', async (t) => {
  // Who listens on the port while the daemon is down hears nothing.
  let heard = 0;
  const lurker = createTcpServer(() => heard++).listen(0, '127.0.0.1');
  await once(lurker, 'listening');
  t.teardown(() => lurker.close());
  const { port } = lurker.address() as AddressInfo;
  const conf = `[general]\nBINDPORT = ${port}\nWEBKEY = k\ndata_dir = ${dataDir}/down\n`;
  for (const command of ['status', 'records', 'deliveries']) {
    const found = await run([command], [], { conf });
    t.match(found, { code: 1, stdout: '', stderr: /the daemon does not answer \(.*ENOENT.*\): is it running\?/ });
    t.equal(found.stderr.trim().split('\n').length, 1);
  }
  t.equal(heard, 0);
  t.match(await run(['status'], [{ text: '<html>' }]), { code: 1, stderr: /is not coocenter-api/ });
  const refusal = { status: 401, text: '{"status":"error","message":"wrong token"}' };
  t.match(await run(['status'], [refusal]), { code: 1, stderr: /the daemon answers 401: wrong token/ });
  const colours = { status: 503, text: '{"status":"error","message":"\\u001b[2J\\u009b2J"}' };
  t.match(await run(['status'], [colours]), { stderr: /503: \\x1b\[2J\\x9b2J\n$/ }, 'moves no cursor');
  const bad = { status: 400, text: '{"status":"error","message":"parameter event must be"}' };
  t.match(await run(['records', '--event', 'x'], [bad]), { code: 2, stderr: /parameter event must be/ });
});

void t.test('a configuration that is wrong: every problem by its line; to check it is a finding', async (t) => {
  const conf = '[general]\nBINDPORT = 80000\n[ami]\nport = x\n';
  const problems = [
    `${file}:2: [general] BINDPORT: "80000" is not a whole number from 1 to 65535 (port)`,
    `${file}:4: [ami] port: "x" is not a whole number from 1 to 65535 (port)`,
  ];
  t.strictSame(await run(['status'], [], { conf }), { code: 1, stdout: '', stderr: `${problems.join('\n')}\n` });
  t.strictSame(await run(['check'], [], { conf }), {
    code: 1,
    stdout: problems.map((problem) => `fail  ${problem}\n`).join(''),
    stderr: '',
  });
});
