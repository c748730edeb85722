// Also tested here, by requests on a socket: body.ts, send.ts, handler.ts and route.ts. recording.ts: in routes/monitor.test.ts;
// the other routes, with every parameter: on real Asterisk, in test/e2e/api.ts and bad-input.test.ts.
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { connect as tlsConnect } from 'node:tls';
import { acceptedDays, tokenOf } from '../../src/http/auth.ts';
import { HttpServer } from '../../src/http/server.ts';
import { ask, memoryLog, raw } from './client.ts';
import { auth, form, json, message, pause, settings, today, toy } from './toy.ts';

void t.test('contract §4: the sample, as a form and as JSON', async (t) => {
  const { port, calls } = await toy(t);
  const answer = await ask(
    port,
    'POST',
    pause,
    { ...form, accept: 'application/json' },
    'queue=630&member=808&state=on',
  );
  t.match(answer, { status: 200, body: '{"status":"success","message":"Interface paused successfully"}' });
  t.match(answer.headers, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(answer.body.length),
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  });
  t.equal((await ask(port, 'POST', pause, json, '{"queue":630,"member":"808","state":"off"}')).status, 200);
  t.equal((await ask(port, 'POST', `${pause}?queue=630`, form, 'member=808&state=on')).status, 200);
  t.equal((await ask(port, 'POST', pause, auth, 'queue=630&member=808&state=on')).status, 200, 'no content type');
  t.strictSame(calls, [
    { queue: '630', member: '808', state: 'on' },
    { queue: '630', member: '808', state: 'off' },
    { queue: '630', member: '808', state: 'on' },
    { queue: '630', member: '808', state: 'on' },
  ]);
});

void t.test('contract §4.13: DELETE takes its parameter from body or query', async (t) => {
  const { port, calls } = await toy(t);
  t.equal((await ask(port, 'DELETE', '/delete?number=%2B86', auth)).status, 200);
  t.equal((await ask(port, 'DELETE', '/delete', form, 'number=123')).status, 200);
  t.equal((await ask(port, 'DELETE', '/delete?number=1', form, 'number=1')).status, 400);
  t.strictSame(calls, ['+86', '123']);
});

void t.test('contract §2: tokens', async (t) => {
  const daemon = await toy(t);
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await ask(daemon.port, 'GET', '/info', headers)).status;
  for (const day of acceptedDays(new Date())) t.equal(await status({ Authorization: tokenOf('k', day) }), 200, day);
  t.equal(await status({ Authentication: tokenOf('k', today) }), 200, 'the other spelling');
  const missing = await ask(daemon.port, 'GET', '/info');
  t.match(missing, { status: 401, body: '{"status":"error","message":"missing header: Authorization"}' });
  t.match(missing.headers, { 'www-authenticate': /^Token/, 'access-control-allow-origin': '*' });
  t.equal(await status({ Authorization: tokenOf('k', '2020-01-01') }), 401);
  daemon.settings = { ...daemon.settings, webkey: 'other' };
  t.equal(await status(auth), 401, 'a reload takes effect');
  daemon.settings = { ...daemon.settings, webkey: '' };
  t.equal(await status({}), 200, 'contract §1.1: no WEBKEY, no authentication');
});

void t.test('methods: 404, 405 with Allow, HEAD, OPTIONS', async (t) => {
  const daemon = await toy(t);
  const { port } = daemon;
  t.match(await ask(port, 'GET', '/nothing', auth), {
    status: 404,
    body: '{"status":"error","message":"no such path"}',
  });
  t.match(await ask(port, 'GET', pause, auth), { status: 405, headers: { allow: 'POST, OPTIONS' } });
  t.match(await ask(port, 'PUT', '/info', auth), { status: 405, headers: { allow: 'GET, POST, HEAD, OPTIONS' } });
  const get = await ask(port, 'GET', '/info', auth);
  const head = await ask(port, 'HEAD', '/info', auth);
  t.match(head, { status: 200, body: '', headers: { 'content-length': get.headers['content-length'] } });
  const preflight = await ask(port, 'OPTIONS', pause, {
    Origin: 'http://crm.example',
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type',
  });
  t.match(preflight, { status: 204, body: '' }, 'contract §2: preflight is answered without a token');
  t.match(preflight.headers, {
    allow: 'POST, OPTIONS',
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'authorization,content-type',
  });
  const nowhere = { Origin: 'http://crm.example', 'Access-Control-Request-Method': 'POST' };
  t.match(
    await ask(port, 'OPTIONS', '/nowhere', nowhere),
    { status: 204, headers: { 'access-control-allow-methods': /POST/, 'access-control-allow-origin': '*' } },
    'so that a browser’s page may read the 404 itself',
  );
  t.match(await ask(port, 'OPTIONS', '/nowhere'), { status: 404 });
  daemon.settings = { ...daemon.settings, allowOrigin: '' };
  const silent = await ask(port, 'OPTIONS', pause, { Origin: 'http://crm.example' });
  t.equal(silent.status, 204);
  t.notOk(Object.keys(silent.headers).some((name) => name.startsWith('access-control')));
});

void t.test('no page drives a box that has no WEBKEY', async (t) => {
  const { port } = await toy(t, { webkey: '', allowOrigin: 'http://crm.example' });
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await ask(port, 'GET', '/info', headers)).status;
  t.equal(await status({}), 200);
  t.equal(await status({ Host: 'crm.local:8000' }), 200, 'host_names');
  t.match(await ask(port, 'GET', '/info', { Host: 'evil.example' }), { status: 421, body: /host_names in api.conf/ });
  t.equal(await status({ Origin: 'http://evil.example' }), 403);
  t.equal(await status({ Origin: 'null' }), 403);
  t.equal(await status({ Origin: 'http://crm.example' }), 200, 'allow_origin');
  t.equal(await status({ Origin: `http://127.0.0.1:${port}` }), 200, 'its own page');
  t.equal(await status({ Origin: 'chrome-extension://abc' }), 200, 'contract §4.15: browser extensions');
  t.match(await ask(port, 'GET', '/ours'), { status: 200 }, 'routes of ours answer loopback');
  for (const header of ['Forwarded', 'Via', 'X-Forwarded-For', 'X-Real-IP']) {
    t.match(await ask(port, 'GET', '/ours', { [header]: '1.1 x' }), { status: 403 }, `but no proxy on it: ${header}`);
  }
});

void t.test('/ready and /health need no token', async (t) => {
  const daemon = await toy(t);
  t.match(await ask(daemon.port, 'GET', '/ready'), { status: 200, body: '{"status":"success","message":"ready"}' });
  daemon.readiness = { ready: false, reasons: ['Asterisk is away'], retryAfter: 3 };
  t.match(await ask(daemon.port, 'GET', '/ready'), {
    status: 503,
    body: '{"status":"error","message":"not ready: Asterisk is away"}',
    headers: { 'retry-after': '3' },
  });
  t.equal((await ask(daemon.port, 'GET', '/health')).status, 200);
});

void t.test('bad bodies: a 4xx that says what is wrong, and no handler is called', async (t) => {
  const { port, calls } = await toy(t);
  const bad: [expected: [status: number, message: RegExp], headers: Record<string, string>, body: string | Buffer][] = [
    [[400, /missing parameter: queue/], form, ''],
    [[400, /missing parameter: queue/], json, '{}'],
    [[400, /missing parameter: state/], form, 'queue=630&member=808'],
    [[400, /parameter queue must be a name of 1 to 80/], form, 'queue=6%0d%0aAction:%20x&member=808&state=on'],
    [[400, /given 2 times/], form, 'queue=1&queue=2&member=808&state=on'],
    [[400, /bad percent-encoding/], form, 'queue=%zz'],
    [[400, /not UTF-8/], form, Buffer.from([0x61, 0x3d, 0xff])],
    [[400, /malformed JSON/], json, '{"queue":'],
    [[400, /must be an object/], json, '["630"]'],
    [[400, /parameter queue must be a string/], json, '{"queue":["630"],"member":"808","state":"on"}'],
    [[415, /content type must be/], { ...auth, 'Content-Type': 'text/plain' }, 'queue=630'],
    [[400, /needs one boundary/], { ...auth, 'Content-Type': 'multipart/form-data' }, '--x--'],
    [[400, /missing parameter: queue/], { ...auth, 'Content-Type': 'multipart/form-data; boundary=x' }, '--x--'],
    [[400, /does not end/], { ...auth, 'Content-Type': 'multipart/form-data; boundary=x' }, '--x\r\n'],
    [[415, /content type must be/], { ...auth, 'Content-Type': 'multipart/mixed; boundary=x' }, '--x--'],
    [[413, /larger/], { ...auth, 'Content-Type': 'multipart/form-data; boundary=x' }, '-'.repeat(17_000)],
    [[415, /charset gbk/], { ...auth, 'Content-Type': 'application/json; charset=GBK' }, '{}'],
    [[415, /compressed/], { ...json, 'Content-Encoding': 'gzip' }, '{}'],
    [[413, /larger than 16384 bytes/], form, `queue=${'6'.repeat(17_000)}`],
    [[413, /larger than 16384 bytes/], { ...form, 'Transfer-Encoding': 'chunked' }, 'q'.repeat(40_000)],
    [[413, /larger than 16384 bytes/], form, Buffer.alloc(900_000, 'a')],
  ];
  for (const [[status, text], headers, body] of bad) {
    const answer = await ask(port, 'POST', pause, headers, body);
    t.equal(answer.status, status, text.source);
    t.match(message(answer.body), text);
  }
  t.strictSame(calls, []);
  t.equal((await ask(port, 'POST', pause, form, `queue=630&member=808&state=on&x=${'x'.repeat(16_000)}`)).status, 200);
});

void t.test('errors of handlers', async (t) => {
  const { port, log } = await toy(t);
  const failed = await ask(port, 'GET', '/throw', auth);
  t.match(failed, { status: 500, body: '{"status":"error","message":"internal error"}' });
  t.match(log.lines, ['error GET /throw failed: Error: secret detail']);
  t.match(await ask(port, 'GET', '/away', auth), { status: 503, headers: { 'retry-after': '5' }, body: /away/ });
  t.match(log.lines[1], /^debug GET \/away: away/, 'no line for each client that is told to come back later');
  await t.rejects(ask(port, 'GET', '/short', auth), 'the client sees that something is missing');
  t.match(log.lines[2], /the answer broke off/);
  await ask(port, 'GET', '/throw?ticket=secret1&until=9&signature=secret2', auth);
  t.match(
    log.lines[3],
    /^error GET \/throw\?ticket=…&until=9&signature=… failed/,
    'what opens a recording is not told',
  );
});

void t.test('requests that are none', async (t) => {
  const { port } = await toy(t, {}, { headerTime: 400, bodyTime: 200 });
  const close = `Host: 127.0.0.1\r\nAuthorization: ${auth.Authorization}\r\nConnection: close\r\n`;
  const ok = `GET /info HTTP/1.1\r\n${close}\r\n`;
  const cases: [name: string, status: number | '', ...pieces: string[]][] = [
    ['plain', 200, ok],
    ['byte by byte', 200, ...Array.from(ok)],
    ['absolute form', 200, `GET http://127.0.0.1/info HTTP/1.1\r\n${close}\r\n`],
    [
      'absolute form of another host, the token being right',
      200,
      `GET http://evil.example/info HTTP/1.1\r\n${close}\r\n`,
    ],
    ['another scheme', 400, `GET ftp://127.0.0.1/info HTTP/1.1\r\n${close}\r\n`],
    ['HTTP/1.0 without Host', 200, `GET /info HTTP/1.0\r\nAuthorization: ${auth.Authorization}\r\n\r\n`],
    ['HTTP/1.1 without Host', 400, 'GET /info HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two lengths', 400, `POST ${pause} HTTP/1.1\r\n${close}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    [
      'length and chunks',
      400,
      `POST ${pause} HTTP/1.1\r\n${close}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['chunks disguised', 400, `POST ${pause} HTTP/1.1\r\n${close}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`],
    ['a bad chunk', 400, `POST ${pause} HTTP/1.1\r\n${close}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
    ['NUL in the path', 400, `GET /in\0fo HTTP/1.1\r\n${close}\r\n`],
    ['space in the path', 400, `GET /in fo HTTP/1.1\r\n${close}\r\n`],
    ['NUL in a header', 400, `GET /info HTTP/1.1\r\nX: \0\r\n${close}\r\n`],
    ['folded header', 400, `GET /info HTTP/1.1\r\nX: a\r\n b\r\nX : c\r\n${close}\r\n`],
    ['long header', 431, `GET /info HTTP/1.1\r\nX: ${'x'.repeat(9000)}\r\n${close}\r\n`],
    ['long path', 431, `GET /${'x'.repeat(9000)} HTTP/1.1\r\n${close}\r\n`],
    ['no HTTP', 400, 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['TLS', 400, '\x16\x03\x01\x02\x00\x01\x00'],
    ['unknown method', 400, `NONSENSE /info HTTP/1.1\r\n${close}\r\n`],
    ['CONNECT', 405, `CONNECT evil.example:443 HTTP/1.1\r\n${close}\r\n`],
    ['TRACE', 405, `TRACE /info HTTP/1.1\r\n${close}\r\n`],
    [
      'upgrade',
      200,
      `GET /info HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${auth.Authorization}\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n`,
    ],
    ['slow headers', 408, `GET /info HTTP/1.1\r\nX: `],
    ['slow body', 408, `POST ${pause} HTTP/1.1\r\n${close}Content-Length: 100\r\n\r\nqueue=`],
  ];
  for (const [name, status, ...pieces] of cases) {
    const answer = await raw(port, ...pieces);
    t.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), name);
    t.match(answer, /^Access-Control-Allow-Origin: \*\r$/m, `${name}: CORS`);
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
    t.match(JSON.parse(body), { status: status === 200 ? 'success' : 'error' }, `${name}: JSON`);
  }
});

void t.test('a body that never ends: one answer, and the connection is closed', async (t) => {
  const { port } = await toy(t, {}, { headerTime: 200, bodyTime: 200 });
  const head = (token: string): string => `POST ${pause} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${token}\r\n`;
  for (const [token, status] of [
    [auth.Authorization, 408],
    ['wrong', 401],
  ] as const) {
    const answer = await raw(port, `${head(token)}Content-Length: 100\r\n\r\nqueue=`);
    t.strictSame(answer.match(/HTTP\/1\.1 \d+/g), [`HTTP/1.1 ${status}`], 'one request, one answer');
  }
});

void t.test('pipelined requests are answered in order, then what is no HTTP', async (t) => {
  const { port } = await toy(t);
  const head = `HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${auth.Authorization}\r\n\r\n`;
  const answer = await raw(port, `GET /late ${head}GET /info ${head}GET /nothing ${head}\0garbage\r\n\r\n`);
  t.strictSame(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 400']);
  t.match(answer, /"late".*"m".*no such path.*bad request/s);
});

void t.test('a client that goes away while its request is carried out does no harm', async (t) => {
  const { port, calls, log } = await toy(t);
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET /wait HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${auth.Authorization}\r\n\r\n`);
  while (calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  socket.destroy();
  t.equal((await ask(port, 'GET', '/health')).status, 200);
  t.strictSame(log.lines, []);
});

void t.test('stop: answers on their way end, what never ends is cut', async (t) => {
  const { port, server, calls } = await toy(t, {}, { stopTime: 300 });
  const idle = new Agent({ keepAlive: true });
  const kept = httpRequest({ port, agent: idle, path: '/health' }).end();
  const [first] = (await once(kept, 'response')) as [IncomingMessage];
  first.resume();
  await once(first, 'end');
  const late = ask(port, 'GET', '/late', auth);
  const cut = t.rejects(ask(port, 'GET', '/wait', auth));
  while (calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all([server.stop(), server.stop()]);
  t.equal((await late).status, 200);
  await cut;
  await t.rejects(ask(port, 'GET', '/health'), { code: 'ECONNREFUSED' });
  idle.destroy();
});

void t.test('a port that is taken is named', async (t) => {
  const { port } = await toy(t);
  const log = memoryLog();
  const second = new HttpServer({ routes: [], log, settings: () => ({ ...settings, bindPort: port }) });
  await t.rejects(second.start(), { message: new RegExp(`cannot listen on 127.0.0.1 port ${port}: .*EADDRINUSE`) });
});

void t.test('connections beyond the limit: the oldest that has asked nothing goes, above TLS too', async (t) => {
  const folder = t.testdir();
  const [tlsCert, tlsKey] = [join(folder, 'a.crt'), join(folder, 'a.key')];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-subj', '/CN=one.test'];
  execFileSync('openssl', ['req', '-x509', '-nodes', ...made, '-keyout', tlsKey, '-out', tlsCert], { stdio: 'pipe' });
  const { server, calls } = await toy(t, { tlsCert, tlsKey }, { connections: 3, stopTime: 50 });
  const [port, tlsPort] = [server.ports[0]!, server.ports[1]!];
  const busy = tlsConnect({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false });
  busy.write(`GET /wait HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${auth.Authorization}\r\n\r\n`);
  while (calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const held = [tlsPort, port].map((to) => connect(to, '127.0.0.1').on('error', () => undefined));
  const ends = held.map((socket) => once(socket, 'close'));
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  // A handshake that never ends counts as any other.
  t.equal((await ask(port, 'GET', '/health')).status, 200);
  await ends[0];
  t.equal((await ask(port, 'GET', '/health')).status, 200);
  t.notOk(busy.destroyed, 'who is being answered stays');
  t.strictSame(calls, ['waiting']);
  busy.destroy();
  held[1]?.destroy();
});

void t.test('too many headers', async (t) => {
  const { port } = await toy(t);
  const headers = (count: number): Record<string, string> =>
    Object.fromEntries([
      ...Array.from({ length: count }, (_, n): [string, string] => [`x-${n}`, 'y']),
      ...Object.entries(auth),
    ]);
  t.equal((await ask(port, 'GET', '/info', headers(80))).status, 200);
  t.equal((await ask(port, 'GET', '/info', headers(120))).status, 431);
});

void t.test('HTTPS, and its certificate renewed without dropping a connection', async (t) => {
  const folder = t.testdir();
  const [tlsCert, tlsKey] = [join(folder, 'a.crt'), join(folder, 'a.key')];
  const certificate = (name: string): void => {
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-subj', `/CN=${name}.test`];
    execFileSync('openssl', ['req', '-x509', '-nodes', ...made, '-keyout', tlsKey, '-out', tlsCert], { stdio: 'pipe' });
  };
  certificate('one');
  const { server, log } = await toy(t, { tlsCert, tlsKey });
  const open = async (): Promise<ReturnType<typeof tlsConnect>> => {
    const socket = tlsConnect({ port: server.ports[1]!, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    return socket;
  };
  const first = await open();
  t.equal(first.getPeerCertificate().subject.CN, 'one.test');
  certificate('two');
  await server.reload();
  const second = await open();
  t.equal(second.getPeerCertificate().subject.CN, 'two.test');
  writeFileSync(tlsCert, 'nonsense');
  await t.rejects(server.reload(), { message: new RegExp(`^certificate ${tlsCert}: `) });
  const third = await open();
  t.equal(third.getPeerCertificate().subject.CN, 'two.test', 'the old one is used on');
  for (const socket of [first, second, third]) {
    socket.write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    t.match(String(answer), /^HTTP\/1\.1 200 /);
    socket.destroy();
  }
  t.match(await ask(server.ports[0]!, 'GET', '/health'), { status: 200 }, 'http goes on');
  t.strictSame(log.lines, []);
  writeFileSync(tlsKey, 'nonsense');
  const bad = new HttpServer({ routes: [], log, settings: () => ({ ...settings, tlsCert, tlsKey }) });
  await t.rejects(bad.start(), { message: /^certificate / });
  t.strictSame(bad.ports, [], 'and nothing listens');
});

void t.test('fuzz: no request makes a 500 or stops the daemon', async (t) => {
  const { port, log, calls } = await toy(t);
  const piece = fc.constantFrom(
    'queue=',
    '630',
    '&',
    '%',
    '=',
    '{',
    '"',
    ':',
    '[',
    'member',
    'state',
    'on',
    '\0',
    '/',
    '..',
    '\\',
  );
  const text = fc.array(fc.oneof(piece, fc.string()), { maxLength: 40, size: 'max' }).map((parts) => parts.join(''));
  const path = fc.oneof(fc.constantFrom(pause, '/info', '/delete'), fc.webPath());
  const type = fc.constantFrom(form, json, auth);
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.webQueryParameters(),
      type,
      fc.constantFrom('GET', 'POST', 'DELETE', 'PATCH'),
      text,
      async (path, query, headers, method, body) => {
        const answer = await ask(port, method, `${path === '' ? '/' : path}?${query}`, headers, body);
        return answer.status < 500 && typeof message(answer.body) === 'string';
      },
    ),
    { numRuns: 150 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(text, fc.constantFrom('GET ', '/info', ' HTTP/1.1\r\n', 'Host: a', '\r\n')), {
        maxLength: 20,
        size: 'max',
      }),
      async (parts) => {
        const answer = await raw(port, `${parts.join('')}\r\n\r\n\0\r\n`);
        return answer === '' || answer.startsWith('HTTP/1.1 4');
      },
    ),
    { numRuns: 100 },
  );
  t.strictSame(log.lines, []);
  t.strictSame(calls, []);
  t.equal((await ask(port, 'GET', '/health')).status, 200);
});
