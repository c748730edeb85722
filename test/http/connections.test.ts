import { once } from 'node:events';
import { IncomingMessage, ServerResponse, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { parseConfig } from '../../src/config/parse.ts';
import { Connections } from '../../src/http/connections.ts';
import { success } from '../../src/http/answer.ts';
import { RecordingSender } from '../../src/http/recording-sender.ts';
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
  /** Headers of the requests that wait for ever. */
  readonly waiting: IncomingHttpHeaders[];
}

/** A server without a WEBKEY, whose answers never end. */
async function target(
  t: Test,
  limits: Partial<HttpLimits> = {},
  folder = '/nowhere',
  idleTime = 60_000,
): Promise<Target> {
  const streams: Readable[] = [];
  const waiting: IncomingHttpHeaders[] = [];
  const log = memoryLog();
  const server = new HttpServer({
    routes: [
      ...monitorRoutes({
        folder: () => folder,
        isRecordingOf: () => Promise.resolve(false),
        sender: new RecordingSender({ noteAccess: () => ({ sent: () => undefined }), mostRecordings: 2, idleTime }),
      }),
      route({ methods: ['GET', 'POST'], path: '/info', summary: 'Info', handle: () => success('m') }),
      route({ methods: ['GET'], path: '/large', summary: 'Large', handle: () => success('x'.repeat(1 << 20)) }),
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
        handle(_values, { headers }) {
          waiting.push(headers);
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
  t.equal(streams.length, 1, 'the next is begun when the one before is read');
  t.equal((await ask(port, 'GET', '/info')).status, 200, 'the others are served');
});

void t.test(
  'a client that goes away takes with it all that it had asked for, not only what was its turn',
  async (t) => {
    const { port, streams, waiting } = await target(t);
    const [one, other] = [await send(t, port, get('/wait')), await send(t, port, get('/stream') + get('/wait'))];
    await until(() => streams.length === 1 && waiting.length === 1);
    t.notOk(streams[0]?.destroyed);
    one.destroy();
    other.destroy();
    await until(() => streams[0]?.destroyed === true);
    t.equal((await ask(port, 'GET', '/info')).status, 200);
    t.equal(waiting.length, 1, 'what waited for its turn is not begun');
  },
);

void t.test('who is refused and does not close is cut off', async (t) => {
  const { port } = await target(t, { lingerTime: 30, idleTime: 60_000 });
  for (const text of ['\0\r\n\r\n', 'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n']) {
    const socket = await send(t, port, text);
    await until(() => {
      socket.write('x');
      return socket.destroyed;
    });
    t.pass('what is written to it comes back');
  }
});

void t.test('a client that is gone before it is refused does no harm', async (t) => {
  const { port } = await target(t, { lingerTime: 60_000 });
  for (const text of [
    'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n',
    '\0\r\n\r\n',
    get('/wait') + 'CONNECT x HTTP/1.1\r\n\r\n',
  ]) {
    const socket = await send(t, port, text);
    await once(socket, 'readable', { signal: AbortSignal.timeout(200) }).catch(() => undefined);
    socket.resetAndDestroy();
    t.equal((await ask(port, 'GET', '/info')).status, 200);
  }
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
  t.equal(refused.headers['retry-after'], '1');
  t.strictSame(
    log.lines.filter((line) => !line.startsWith('debug')),
    [],
    'no line per refusal',
  );
  one.destroy();
  while (refused.status !== 206) refused = await ask(port, 'GET', path, { Range: 'bytes=0-9' });
  t.pass('room again');
});

void t.test('contract §4.14: recordings that nobody reads make room for those that are read', async (t) => {
  const folder = t.testdir({ 'a.wav': Buffer.alloc(8 << 20) });
  const { port } = await target(t, {}, folder, 20);
  const path = '/coocenter-api/monitor/a.wav';
  const unread = [await send(t, port, get(path)), await send(t, port, get(path))];
  await Promise.all(unread.map((socket) => once(socket, 'readable')));
  for (let read = 0; read < 5; read++) {
    let answer = await ask(port, 'GET', path);
    while (answer.status === 503) answer = await ask(port, 'GET', path);
    t.match({ ...answer, body: answer.body.length }, { status: 200, body: 8 << 20 });
  }
});

/** A connection that is not one: only its ends are. */
class Fake extends Duplex {
  readonly remoteAddress: string;
  readonly remotePort: number;

  constructor(remoteAddress: string, remotePort: number) {
    super({ read: () => undefined });
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
  }
}

/** Connections, and a client for each that is let in. */
function many(
  total: number,
  perAddress: number,
): { readonly admit: (remote: string) => Fake; readonly all: Connections } {
  const all = new Connections({ total, perAddress, pipelined: 1, waiting: 1 });
  let ports = 0;
  const admit = (remote: string): Fake => {
    const socket = new Fake(remote, ++ports);
    if (!all.admit(remote, socket)) socket.destroy();
    return socket;
  };
  return { admit, all };
}

/** A request of this connection; what came of it so far. */
function sentOn(all: Connections, socket: Fake, isComplete: boolean): IncomingMessage {
  const message = new IncomingMessage(socket as unknown as Socket);
  message.complete = isComplete;
  all.begin(message, new ServerResponse(message), { start: () => undefined, mayPipeline: () => true });
  return message;
}

void t.test(
  'an address that has too many connections loses its oldest; an IPv6 network is one, this machine none',
  (t) => {
    const { admit } = many(100, 2);
    const left = (...remotes: string[]): boolean[] => {
      const sockets = remotes.map(admit);
      return sockets.map(({ destroyed }) => !destroyed);
    };
    t.strictSame(left('192.168.1.2', '::ffff:192.168.1.2', '192.168.1.2', '192.168.1.3'), [false, true, true, true]);
    t.strictSame(left('2001:db8::1', '2001:db8::2:0:0:1', '2001:db8:0:0:f::'), [false, true, true]);
    t.strictSame(left('127.0.0.1', '::1', '127.0.0.1', '::1', '127.0.0.1'), [true, true, true, true, true]);
    t.end();
  },
);

void t.test(
  'when all connections are taken, the oldest without a complete request goes, of the address with the most',
  async (t) => {
    const { admit, all } = many(6, 100);
    const honest = admit('10.0.0.1');
    const [first, second, third, fourth, fifth] = ['2', '2', '2', '3', '3'].map((end) => admit(`10.0.0.${end}`));
    sentOn(all, first!, true);
    sentOn(all, second!, false);
    const gone = (): number[] =>
      [honest, first, second, third, fourth, fifth].flatMap((one, n) => (one!.destroyed ? [n] : []));
    t.notOk(admit('10.0.0.4').destroyed);
    t.strictSame(gone(), [3], 'that of 10.0.0.2 which has sent nothing for the longest');
    t.notOk(admit('10.0.0.5').destroyed);
    t.strictSame(gone(), [2, 3], 'then the one whose request is not complete');
    t.notOk(admit('10.0.0.6').destroyed);
    t.strictSame(gone(), [2, 3, 4], 'then of the next address');
    t.notOk(first!.destroyed, 'nor is anybody cut whose request is being answered');
    const full = many(6, 100);
    const alone = full.admit('10.0.0.1');
    for (let opened = 0; opened < 5; opened++) full.admit('10.0.0.2');
    for (let opened = 0; opened < 1000; opened++) full.admit('10.0.0.9');
    t.notOk(alone.destroyed, 'whoever comes by the thousand takes places of its own');
    await new Promise(setImmediate);
  },
);

void t.test('a connection is counted once, whatever becomes of its ends', async (t) => {
  const all = new Connections({ total: 100, perAddress: 2, pipelined: 1, waiting: 1 });
  const same = [1, 2, 3].map(() => new Fake('10.0.0.1', 4711));
  t.strictSame(
    same.map((socket) => all.admit('10.0.0.1', socket)),
    [true, true, true],
  );
  t.strictSame(
    same.map(({ destroyed }) => destroyed),
    [false, false, false],
    'none had to make room',
  );
  for (const socket of same) socket.destroy();
  await new Promise(setImmediate);
  const [one, two, three] = [1, 2, 3].map((port) => new Fake('10.0.0.1', port));
  for (const socket of [one, two, three]) all.admit('10.0.0.1', socket!);
  t.strictSame([one!.destroyed, two!.destroyed, three!.destroyed], [true, false, false], 'two at once, as before');
});

void t.test('connections that say nothing do not keep out others', async (t) => {
  const { port } = await target(t, { connections: 10 });
  const silent: Socket[] = [];
  for (const text of [
    '',
    'GET /info HTTP/1.1\r\nX: ',
    `POST /info HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n`,
  ]) {
    for (let opened = 0; opened < 10; opened++) silent.push(await send(t, port, text));
    for (let asked = 0; asked < 5; asked++)
      t.equal((await ask(port, 'GET', '/info')).status, 200, JSON.stringify(text));
  }
  t.equal(silent.length, 30);
});

void t.test('requests that wait for their turn are bounded on all connections', async (t) => {
  const { port, waiting } = await target(t, { waiting: 5 });
  const sockets = await Promise.all([1, 2, 3].map(() => send(t, port, get('/wait').repeat(3))));
  let cut = 0;
  for (const socket of sockets) {
    socket.resume();
    socket.once('end', () => cut++);
  }
  await until(() => cut === 1 && waiting.length === 3);
  t.equal((await ask(port, 'GET', '/info')).status, 200);
});

void t.test('of pipelined requests only so many are begun in one turn of the event loop', async (t) => {
  const all = new Connections({ total: 100, perAddress: 100, pipelined: 16, waiting: 3 });
  const [one, other] = [new Fake('10.0.0.1', 1), new Fake('10.0.0.2', 2)];
  const begun: string[] = [];
  const sendOn = (socket: Fake, name: string): void => {
    const message = new IncomingMessage(socket as unknown as Socket);
    message.complete = true;
    const response = new ServerResponse(message);
    response.shouldKeepAlive = true;
    const start = (): void => {
      begun.push(name);
      // Answered at once.
      response.emit('close');
    };
    t.ok(all.begin(message, response, { start, mayPipeline: () => true }));
  };
  for (const name of ['one 1', 'one 2', 'one 3', 'one 4', 'one 5', 'one 6']) sendOn(one, name);
  sendOn(other, 'other 1');
  t.strictSame(begun.splice(0), ['one 1', 'one 2', 'one 3', 'one 4', 'other 1'], 'a first one is always begun');
  sendOn(other, 'other 2');
  t.strictSame(begun, []);
  await new Promise(setImmediate);
  t.strictSame(begun.splice(0).sort(), ['one 5', 'one 6', 'other 2']);
  t.strictSame([one.destroyed, other.destroyed], [false, false]);
});

void t.test('when too many requests wait, the connection with the most of them is cut, not the newcomer', (t) => {
  const all = new Connections({ total: 100, perAddress: 100, pipelined: 16, waiting: 8 });
  const [greedy, modest] = [new Fake('10.0.0.1', 1), new Fake('10.0.0.2', 2)];
  const sendOn = (socket: Fake): boolean => {
    const message = new IncomingMessage(socket as unknown as Socket);
    return all.begin(message, new ServerResponse(message), { start: () => undefined, mayPipeline: () => true });
  };
  for (let sent = 0; sent < 9; sent++) t.ok(sendOn(greedy));
  t.ok(sendOn(modest) && sendOn(modest));
  t.ok(greedy.destroyed && !modest.destroyed);
  t.end();
});

void t.test('large answers that nobody reads are bounded in all, and make room for those that are read', async (t) => {
  const { port } = await target(t, { unread: 4 << 20, unreadIdle: 50 });
  for (let opened = 0; opened < 20; opened++) await send(t, port, get('/large').repeat(16));
  const statuses = new Set<number>();
  for (let asked = 0; asked < 10; asked++) {
    let answer = await ask(port, 'GET', '/large');
    while (answer.status === 503) {
      t.match(answer, { headers: { 'retry-after': '1' }, body: /too many answers wait to be read/ });
      answer = await ask(port, 'GET', '/large');
    }
    statuses.add(answer.status);
    t.equal((JSON.parse(answer.body) as { message: string }).message.length, 1 << 20);
  }
  t.strictSame([...statuses], [200]);
});
