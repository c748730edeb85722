import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { parseConfig } from '../../src/config/parse.ts';
import { Connections } from '../../src/http/connections.ts';
import { networkOf } from '../../src/http/host.ts';
import { success } from '../../src/http/answer.ts';
import { monitorRoutes } from '../../src/http/routes/monitor.ts';
import { route } from '../../src/http/route.ts';
import { HttpServer, type HttpLimits } from '../../src/http/server.ts';
import { ask, memoryLog } from './client.ts';

const { general } = parseConfig('', 'api.conf').config;

interface Target {
  readonly port: number;
  readonly log: ReturnType<typeof memoryLog>;
  /** Streams of answers, open or destroyed. */
  readonly streams: Readable[];
  /** Signals of the requests that wait for ever. */
  readonly waiting: AbortSignal[];
}

/** A server without a WEBKEY, whose answers never end. */
async function target(t: Test, limits: Partial<HttpLimits> = {}, folder = '/nowhere'): Promise<Target> {
  const streams: Readable[] = [];
  const waiting: AbortSignal[] = [];
  const log = memoryLog();
  const server = new HttpServer({
    routes: [
      ...monitorRoutes({ folder: () => folder, mostRecordings: 2 }),
      route({ methods: ['GET'], path: '/info', summary: 'Info', handle: () => success('m') }),
      route({
        methods: ['GET'],
        path: '/stream',
        summary: 'Streams',
        handle() {
          const stream = new Readable({
            read() {
              this.push(Buffer.alloc(1024));
            },
          });
          streams.push(stream);
          return { headers: { 'Content-Type': 'audio/wav' }, stream };
        },
      }),
      route({
        methods: ['GET'],
        path: '/wait',
        summary: 'Waits',
        handle(_values, { signal }) {
          waiting.push(signal);
          return new Promise(() => undefined);
        },
      }),
    ],
    log,
    settings: () => ({ ...general, bindAddr: '127.0.0.1', bindPort: 0 }),
    limits: { stopTime: 50, ...limits },
  });
  await server.start();
  t.teardown(() => server.stop());
  return { port: server.ports[0]!, log, streams, waiting };
}

/** A client that writes this and never reads. */
async function send(t: Test, port: number, text: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined);
  socket.pause();
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

/** Waits until it is so; tap's time limit is the bound. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(2);
}

void t.test('requests that are sent without reading an answer are bounded, and so is what they hold', async (t) => {
  const { port, streams } = await target(t, { pipelined: 4 });
  await send(t, port, get('/stream').repeat(500));
  await until(() => streams.length > 0 && streams.every(({ destroyed }) => destroyed));
  t.equal(streams.length, 4);
  t.equal((await ask(port, 'GET', '/info')).status, 200, 'the others are served');
});

void t.test(
  'a client that goes away takes with it all that it had asked for, not only what was its turn',
  async (t) => {
    const { port, streams, waiting } = await target(t);
    const socket = await send(t, port, get('/wait') + get('/stream') + get('/wait'));
    await until(() => streams.length === 1 && waiting.length === 2);
    t.notOk(streams[0]?.destroyed);
    socket.destroy();
    await until(() => streams[0]?.destroyed === true && waiting.every(({ aborted }) => aborted));
  },
);

void t.test('who is refused and does not close is cut off', async (t) => {
  const { port } = await target(t, { connections: 2, lingerTime: 30, idleTime: 60_000 });
  await send(t, port, '\0\r\n\r\n');
  await send(t, port, 'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n');
  for (;;) {
    const answer = await ask(port, 'GET', '/info').catch(() => undefined);
    if (answer?.status === 200) break;
  }
  t.pass('their connections are free again');
});

void t.test('contract §4.14: recordings that nobody reads are bounded in number', async (t) => {
  const folder = t.testdir({ 'a.wav': Buffer.alloc(8 << 20) });
  const { port, log } = await target(t, {}, folder);
  const path = '/coocenter-api/monitor/a.wav';
  for (const missing of [1, 2, 3]) t.equal((await ask(port, 'GET', `${path}${missing}`)).status, 404);
  t.equal((await ask(port, 'HEAD', path)).headers['content-length'], String(8 << 20));
  t.equal((await ask(port, 'GET', path, { Range: 'bytes=9999999-' })).status, 416);
  t.equal((await ask(port, 'GET', path, { Range: 'bytes=0-9' })).body.length, 10);
  const [one] = [await send(t, port, get(path)), await send(t, port, get(path))];
  await Promise.all([once(one, 'readable')]);
  let refused = await ask(port, 'GET', path, { Range: 'bytes=0-9' });
  while (refused.status !== 503) refused = await ask(port, 'GET', path, { Range: 'bytes=0-9' });
  t.equal(refused.headers['retry-after'], '5');
  t.strictSame(
    log.lines.filter((line) => !line.startsWith('debug')),
    [],
    'no line per refusal',
  );
  one.destroy();
  while (refused.status !== 206) refused = await ask(port, 'GET', path, { Range: 'bytes=0-9' });
  t.pass('room again');
});

void t.test(
  'one address does not take all connections; an IPv6 network counts as one, this machine not at all',
  (t) => {
    const connections = new Connections({ pipelined: 1, perAddress: 2 });
    const sockets: Duplex[] = [];
    const admit = (remote: string): boolean => {
      const socket = new Duplex({ read: () => undefined });
      sockets.push(socket);
      return connections.admit(remote, socket);
    };
    t.strictSame(['192.168.1.2', '::ffff:192.168.1.2', '192.168.1.2', '192.168.1.3'].map(admit), [
      true,
      true,
      false,
      true,
    ]);
    t.strictSame(['2001:db8::1', '2001:db8::2:0:0:1', '2001:db8:0:0:f::'].map(admit), [true, true, false]);
    t.strictSame(['127.0.0.1', '::1', '127.0.0.1', '::1', '127.0.0.1'].map(admit), [true, true, true, true, true]);
    sockets[0]?.destroy();
    sockets[0]?.once('close', () => {
      t.ok(admit('192.168.1.2'));
      t.notOk(admit('192.168.1.2'));
      t.end();
    });
  },
);

void t.test('networks of addresses', (t) => {
  t.equal(networkOf('192.168.1.2'), '192.168.1.2');
  t.equal(networkOf('::ffff:192.168.1.2'), '192.168.1.2');
  t.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  t.equal(networkOf('2001:db8::a:b:c:d'), '2001:db8:0:0');
  t.equal(networkOf('2001:db8::'), '2001:db8:0:0');
  t.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0');
  t.equal(networkOf('::1'), '0:0:0:0');
  t.equal(networkOf(''), '');
  t.end();
});
