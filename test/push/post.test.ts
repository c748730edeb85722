import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { join } from 'node:path';

import t from 'tap';
import type { Test } from 'tap';

import { Poster } from '../../src/push/post.ts';
import type { PosterOptions } from '../../src/push/post.ts';
import { systemClock } from '../../src/system/clock.ts';
import type { Clock } from '../../src/system/clock.ts';
import { settle } from './fakes.ts';

const sentHeaders = { 'Content-Type': 'application/json', 'User-Agent': 'coocenter-api/1', 'webhook-id': 'ab' };
const sentBody = '{"event":"cdr","callerid":"\\"張\\" <808>"}';

/** A clock with short waits. */
const hasty: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 20, run) };

async function listen(t: Test, server: Server | TcpServer, scheme = 'http'): Promise<URL> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/in?a=1`);
}

function poster(t: Test, url: URL, more: Partial<PosterOptions> = {}): Poster {
  const made = new Poster({ url, timeout: 15_000, clock: systemClock, ...more });
  t.teardown(() => made.close());
  return made;
}

/** A receiver that answers like this, and a Poster to it. */
async function answering(t: Test, listener: RequestListener, more: Partial<PosterOptions> = {}): Promise<Poster> {
  return poster(t, await listen(t, createServer(listener)), more);
}

/** A receiver that sends raw bytes once the request has arrived. */
async function raw(
  t: Test,
  onRequest: (socket: Socket, n: number) => void,
  more: Partial<PosterOptions> = {},
): Promise<Poster> {
  let requests = 0;
  const server = createTcpServer((socket) => {
    socket.on('data', () => {
      onRequest(socket, ++requests);
    });
  });
  return poster(t, await listen(t, server), more);
}

void t.test('contract §3: POST, JSON, the bytes as given, and no other headers', async (t) => {
  let seen: { method: string | undefined; url: string | undefined; headers: string[]; body: string } | undefined;
  const post = await answering(t, (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      seen = { method: req.method, url: req.url, headers: req.rawHeaders, body: Buffer.concat(chunks).toString() };
      res.writeHead(204).end();
    });
  });
  t.strictSame(await post.post(sentBody, sentHeaders), { kind: 'delivered' });
  t.match(seen, { method: 'POST', url: '/in?a=1', body: sentBody });
  t.strictSame(
    seen?.headers.filter((_, i) => i % 2 === 0),
    ['Content-Type', 'User-Agent', 'webhook-id', 'Content-Length', 'Host', 'Connection'],
  );
  t.equal(seen?.headers[7], String(Buffer.byteLength(sentBody)));
});

void t.test('what each status means', async (t) => {
  let status = 0;
  let headers: Record<string, string> = {};
  const redirected: string[] = [];
  const post = await answering(t, (req, res) => {
    redirected.push(req.url ?? '');
    req.resume().on('end', () => res.writeHead(status, headers).end('said'));
  });
  for (status of [200, 201, 202, 299])
    t.strictSame(await post.post(sentBody, sentHeaders), { kind: 'delivered' }, String(status));
  for (status of [300, 400, 404, 410, 500, 502])
    t.match(await post.post(sentBody, sentHeaders), { kind: 'refused', reason: `HTTP ${status}` });
  for (status of [301, 302, 307, 308]) {
    headers = { Location: '/elsewhere' };
    t.match(
      await post.post(sentBody, sentHeaders),
      { kind: 'refused', reason: `HTTP ${status}` },
      'redirects are not followed',
    );
  }
  t.notOk(redirected.includes('/elsewhere'));
  headers = { 'Retry-After': '7' };
  for (status of [429, 503]) t.match(await post.post(sentBody, sentHeaders), { kind: 'busy', retryAfter: 7000 });
  headers = { 'Retry-After': new Date(Date.now() + 3 * 3_600_000).toUTCString() };
  t.match(await post.post(sentBody, sentHeaders), { kind: 'busy', retryAfter: 3_600_000 }, 'a date, bounded');
  status = 500;
  t.match(await post.post(sentBody, sentHeaders), { kind: 'refused', retryAfter: 3_600_000 });
});

void t.test('one connection serves many requests', async (t) => {
  const ports = new Set<number | undefined>();
  const post = await answering(t, (req, res) => {
    ports.add(req.socket.remotePort);
    req.resume().on('end', () => res.end('x'.repeat(1000)));
  });
  for (let i = 0; i < 20; i++) await post.post(sentBody, sentHeaders);
  t.equal(ports.size, 1);
});

void t.test('nobody listens', async (t) => {
  const server = createServer();
  const url = await listen(t, server);
  server.close();
  await once(server, 'close');
  t.match(await poster(t, url).post(sentBody, sentHeaders), { kind: 'unreachable', reason: /ECONNREFUSED/ });
});

void t.test('a receiver that accepts but never answers, or answers at a trickle', async (t) => {
  const silent = await raw(t, () => undefined, { timeout: 100 });
  t.strictSame(await silent.post(sentBody, sentHeaders), { kind: 'refused', reason: 'no answer in 0.1 s' });
  const trickle = await raw(t, (socket) => socket.write('HTTP/1.1 200 O'), { timeout: 100 });
  t.strictSame(await trickle.post(sentBody, sentHeaders), { kind: 'refused', reason: 'no answer in 0.1 s' });
});

void t.test('a receiver that sends 1xx answers for ever, or a very long reason', async (t) => {
  const early = `HTTP/1.1 103 Early Hints\r\nLink: <${'x'.repeat(1000)}>\r\n\r\n`;
  const talking = await raw(t, (socket) => socket.write(early.repeat(100)));
  t.strictSame(await talking.post(sentBody, sentHeaders), { kind: 'refused', reason: 'more than 10 interim answers' });
  const few = await raw(t, (socket) => socket.write(`${early}HTTP/1.1 204 No\r\n\r\n`));
  t.strictSame(await few.post(sentBody, sentHeaders), { kind: 'delivered' });
  const book = await raw(t, (socket) => socket.end(`HTTP/1.1 500 ${'no '.repeat(1000)}\r\nContent-Length: 0\r\n\r\n`));
  t.match(await book.post(sentBody, sentHeaders), { kind: 'refused', reason: /^HTTP 500 (no ){20,50}no?$/ });
});

void t.test('a receiver that closes the connection or answers with garbage', async (t) => {
  const closing = await raw(t, (socket) => socket.destroy());
  t.match(await closing.post(sentBody, sentHeaders), { kind: 'refused', reason: /hang up|reset/i });
  const early = createTcpServer((socket) => socket.resetAndDestroy());
  t.match(await poster(t, await listen(t, early)).post('x'.repeat(1e6), sentHeaders), { kind: /refused|unreachable/ });
  const garbage = await raw(t, (socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  t.match(await garbage.post(sentBody, sentHeaders), { kind: 'refused', reason: /Parse Error/ });
  const switching = await raw(t, (socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
  );
  t.match(await switching.post(sentBody, sentHeaders), { kind: 'refused' });
});

void t.test('the status decides, whatever happens to the body', async (t) => {
  const short = await raw(t, (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
  t.strictSame(await short.post(sentBody, sentHeaders), { kind: 'delivered' }, 'breaks off');
  const failing = await raw(t, (socket) => socket.end('HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\nhalf'));
  t.match(await failing.post(sentBody, sentHeaders), { kind: 'refused', reason: 'HTTP 500 No' });
  const stuck = await raw(t, (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'), {
    clock: hasty,
  });
  t.strictSame(await stuck.post(sentBody, sentHeaders), { kind: 'delivered' }, 'goes on for ever');
  const patient: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms === 2_000 ? 1e9 : ms, run) };
  let sent = 0;
  const pouring: RequestListener = (req, res) => {
    const pour = (): void => {
      while (!res.destroyed && res.write('x'.repeat(65_536))) sent += 65_536;
    };
    res.on('drain', pour);
    req.resume().on('end', pour);
  };
  const huge = await answering(t, pouring, { clock: patient });
  t.strictSame(await huge.post(sentBody, sentHeaders), { kind: 'delivered' }, 'too much to read');
  t.ok(sent < 64e6, 'and is not read to its end, which there is none');
});

void t.test('a connection that was closed while idle is replaced once, which is no failure', async (t) => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  let connections = 0;
  const server = createTcpServer((socket) => {
    let requests = 0;
    connections++;
    // The race: the connection is closed just as its second request arrives.
    socket.on('data', () => (++requests === 1 ? socket.write(ok) : socket.resetAndDestroy()));
  });
  const post = poster(t, await listen(t, server));
  for (let i = 1; i <= 5; i++) {
    t.strictSame(await post.post(sentBody, sentHeaders), { kind: 'delivered' });
    await settle();
  }
  t.equal(connections, 5);
  let alive = true;
  const dying = createTcpServer((socket) =>
    socket.on('data', () => (alive ? socket.write(ok) : socket.resetAndDestroy())),
  );
  const other = poster(t, await listen(t, dying));
  await other.post(sentBody, sentHeaders);
  alive = false;
  t.match(await other.post(sentBody, sentHeaders), { kind: 'refused' }, 'a reset on the fresh one counts');
});

void t.test(
  'if one idle connection is stale, all are given up; silence on an old one does not mean unreachable',
  async (t) => {
    const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    let connections = 0;
    const server = createTcpServer((socket) => {
      const isOld = ++connections <= 3;
      let requests = 0;
      socket.on('data', () => {
        if (++requests === 1) socket.write(ok);
        else if (isOld) socket.resetAndDestroy();
      });
    });
    const post = poster(t, await listen(t, server), { timeout: 200 });
    await Promise.all([1, 2, 3].map(() => post.post(sentBody, sentHeaders)));
    await settle();
    t.equal(connections, 3);
    t.strictSame(await post.post(sentBody, sentHeaders), { kind: 'delivered' });
    t.equal(connections, 4);
    await settle();
    t.strictSame(await post.post(sentBody, sentHeaders), { kind: 'refused', reason: 'no answer in 0.2 s' });
  },
);

void t.test('close ends what is under way', async (t) => {
  const post = await raw(t, (_, n) => {
    if (n === 2) void post.close();
  });
  t.strictSame(await Promise.all([post.post(sentBody, sentHeaders), post.post(sentBody, sentHeaders)]), [
    { kind: 'aborted' },
    { kind: 'aborted' },
  ]);
  t.strictSame(await post.post(sentBody, sentHeaders), { kind: 'aborted' });
});

void t.test('https: a certificate of an unknown authority is refused, and accepted with its CA', async (t) => {
  const dir = t.testdir();
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  const [keyPem, ca] = [readFileSync(key, 'utf8'), readFileSync(cert, 'utf8')];
  let requests = 0;
  const server = createTlsServer({ key: keyPem, cert: ca }, (req, res) => {
    requests++;
    req.resume().on('end', () => res.end());
  });
  const url = await listen(t, server, 'https');
  t.match(await poster(t, url).post(sentBody, sentHeaders), { kind: 'unreachable', reason: /self-signed/ });
  t.equal(requests, 0, 'nothing was sent');
  const trusting = poster(t, url, { ca });
  t.strictSame(await trusting.post(sentBody, sentHeaders), { kind: 'delivered' });
  t.strictSame(await trusting.post(sentBody, sentHeaders), { kind: 'delivered' });
  const plain = await answering(t, (_, res) => res.end());
  t.strictSame(await plain.post(sentBody, sentHeaders), { kind: 'delivered' });
  const wrong = new URL(url.href.replace('https', 'http'));
  t.match(await poster(t, wrong).post(sentBody, sentHeaders), { kind: 'refused' }, 'plain HTTP to a TLS port');
});
