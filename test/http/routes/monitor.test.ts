import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { acceptedDays, tokenOf } from '../../../src/http/auth.ts';
import { namesOf, openRecording } from '../../../src/http/recording.ts';
import { RecordingSender } from '../../../src/http/recording-sender.ts';
import { monitorRoutes } from '../../../src/http/routes/monitor.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { ask, memoryLog } from '../client.ts';

const auth = { Authorization: tokenOf('k', acceptedDays(new Date())[1]!) };
const root = t.testdir({
  'secret.wav': 'secret',
  monitor: {
    'plain.wav': '0123456789',
    'empty.wav': '',
    '.hidden.wav': 'hidden',
    '2026': {
      '11': { '22': { 'q-630.wav': 'queue', 'a b+c#d?é密.MP3': 'unicode', '100%25.gsm': 'percent', 'x.txt': 'text' } },
    },
    outside: { 'secret.wav': 'outside' },
  },
});
const folder = join(root, 'monitor');
const log = memoryLog();
const server = new HttpServer({
  routes: monitorRoutes({
    folder: () => folder,
    isRecordingOf: () => Promise.resolve(false),
    sender: new RecordingSender({ noteAccess: () => ({ sent: () => undefined }) }),
  }),
  log,
  settings: () => ({
    bindAddr: '127.0.0.1',
    bindPort: 0,
    tlsPort: 0,
    tlsCert: '',
    tlsKey: '',
    webkey: 'k',
    allowOrigin: '',
    hostNames: [],
    metricsToken: '',
  }),
});
await server.start();
t.teardown(() => server.stop());
const port = server.ports[0]!;
const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): ReturnType<typeof ask> =>
  ask(port, method, `/coocenter-api/monitor/${path}`, { ...auth, ...headers });
/** Files of the test's own folder that this process holds open. */
const openFiles = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(root);
    } catch {
      // Closed meanwhile.
      return false;
    }
  }).length;

/** The same, once a handle had the moment that it takes to be closed after its answer. */
async function filesLeftOpen(): Promise<number> {
  for (let tried = 0; tried < 400 && openFiles() > 0; tried++) await new Promise((resolve) => setTimeout(resolve, 5));
  return openFiles();
}

void t.test('contract §4.14: the recording itself', async (t) => {
  utimesSync(join(folder, 'plain.wav'), 1_700_000_000.5, 1_700_000_000.5);
  t.match(await get('plain.wav'), {
    status: 200,
    body: '0123456789',
    headers: {
      'content-type': 'audio/wav',
      'content-length': '10',
      'accept-ranges': 'bytes',
      'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
    },
  });
  t.match(await get('2026/11/22/q-630.wav'), { status: 200, body: 'queue' });
  const named = await get(`2026/11/22/${encodeURIComponent('a b+c#d?é密.MP3')}`);
  t.match(named, { status: 200, body: 'unicode', headers: { 'content-type': 'audio/mpeg' } });
  t.match(await get('2026%2F11%2f22%2Fq-630.wav'), { body: 'queue' }, 'encodeURIComponent of the whole path');
  t.match(
    await get('2026/11/22/a%2520b+c%2523d%253F%25C3%25A9%25E5%25AF%2586.MP3'),
    { body: 'unicode' },
    'encoded twice',
  );
  t.match(await get('2026/11/22/100%2525.gsm'), { body: 'percent', headers: { 'content-type': 'audio/x-gsm' } });
  t.match(await get('2026/11/22/x.txt'), { headers: { 'content-type': 'application/octet-stream' } });
  t.match(await get('empty.wav'), { status: 200, body: '', headers: { 'content-length': '0' } });
  t.match(await get('plain.wav', {}, 'HEAD'), { status: 200, body: '', headers: { 'content-length': '10' } });
  t.match(await get('plain.wav', {}, 'POST'), { status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
  t.match(await ask(port, 'GET', '/coocenter-api/monitor/plain.wav'), { status: 401 });
});

void t.test('Range and conditional requests', async (t) => {
  t.match(await get('plain.wav', { Range: 'bytes=2-4' }), {
    status: 206,
    body: '234',
    headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3' },
  });
  t.match(await get('plain.wav', { Range: 'bytes=-3' }), { status: 206, body: '789' });
  t.match(await get('plain.wav', { Range: 'bytes=0-1,3-4' }), { status: 200, body: '0123456789' });
  t.match(await get('plain.wav', { Range: 'bytes=2-4' }, 'HEAD'), {
    status: 206,
    body: '',
    headers: { 'content-length': '3' },
  });
  t.match(await get('plain.wav', { Range: 'bytes=10-' }), { status: 416, headers: { 'content-range': 'bytes */10' } });
  t.match(await get('empty.wav', { Range: 'bytes=0-' }), { status: 416, headers: { 'content-range': 'bytes */0' } });
  const { headers } = await get('plain.wav');
  const etag = headers.etag ?? '';
  t.match(await get('plain.wav', { 'If-None-Match': `"x", W/${etag}` }), { status: 304, body: '', headers: { etag } });
  t.match(await get('plain.wav', { 'If-None-Match': '"x"', 'If-Modified-Since': headers['last-modified'] ?? '' }), {
    status: 200,
  });
  t.match(await get('plain.wav', { 'If-Modified-Since': headers['last-modified'] ?? '' }), { status: 304 });
  t.match(await get('plain.wav', { 'If-Modified-Since': 'Tue, 14 Nov 2023 22:13:19 GMT' }), { status: 200 });
  t.match(await get('plain.wav', { 'If-Modified-Since': 'yesterday' }), { status: 200 });
  t.match(await get('plain.wav', { Range: 'bytes=0-0', 'If-Range': etag }), { status: 206, body: '0' });
  t.match(await get('plain.wav', { Range: 'bytes=0-0', 'If-Range': '"x"' }), { status: 200, body: '0123456789' });
  t.equal(await filesLeftOpen(), 0, 'HEAD, 304 and 416 close the file too');
});

void t.test('no way out of the folder', async (t) => {
  symlinkSync('../secret.wav', join(folder, 'out.wav'));
  symlinkSync('/etc', join(folder, 'etc'));
  symlinkSync('..', join(folder, 'up'));
  symlinkSync('loop.wav', join(folder, 'loop.wav'));
  symlinkSync('/dev/zero', join(folder, 'zero.wav'));
  symlinkSync('2026/11/22/q-630.wav', join(folder, 'inside.wav'));
  symlinkSync(`${folder}x`, join(folder, 'sibling'));
  mkdirSync(`${folder}x`);
  writeFileSync(`${folder}x/secret.wav`, 'secret');
  execFileSync('mkfifo', [join(folder, 'fifo.wav')]);
  t.teardown(() => {
    rmSync(`${folder}x`, { recursive: true });
  });
  const refused = [
    '',
    '.',
    '..',
    '../secret.wav',
    '%2e%2e/secret.wav',
    '..%2fsecret.wav',
    '%2e%2e%2fsecret.wav',
    '%252e%252e%252fsecret.wav',
    '..%5csecret.wav',
    '2026/../../secret.wav',
    '2026/../plain.wav',
    './plain.wav',
    '/plain.wav',
    `${root}/secret.wav`,
    encodeURIComponent(`${root}/secret.wav`),
    '/etc/passwd',
    '%2fetc%2fpasswd',
    'plain.wav%00',
    'plain.wav%00.mp3',
    'plain.wav/',
    'plain.wav/x',
    '2026',
    '2026/',
    'absent.wav',
    '.hidden.wav',
    'out.wav',
    'etc/passwd',
    'up/secret.wav',
    'loop.wav',
    'zero.wav',
    'sibling/secret.wav',
    'fifo.wav',
    'a'.repeat(300),
    '%c0%ae%c0%ae/secret.wav',
    '%zz',
    '~/secret.wav',
  ];
  for (const path of refused) {
    t.match(await get(path), { status: 404, body: '{"status":"error","message":"no such recording"}' }, path);
    t.equal((await get(path, {}, 'HEAD')).status, 404, path);
  }
  t.equal((await get('plain.wav?x=/../secret.wav')).status, 200);
  t.match(await get('inside.wav'), { status: 200, body: 'queue' }, 'a link that stays inside is a recording');
  linkSync(join(folder, 'plain.wav'), join(folder, 'hard.wav'));
  t.equal((await get('hard.wav')).status, 200);
  t.equal(await filesLeftOpen(), 0, 'every file that was sent or looked at is closed');
  t.equal(await openRecording(join(root, 'absent'), ['plain.wav']), undefined, 'no folder, no recordings');
});

void t.test('a folder that becomes a link between the check and the opening', async (t) => {
  const swapped = join(folder, 'swapped');
  mkdirSync(swapped);
  writeFileSync(join(swapped, 'secret.wav'), 'outside');
  const swap = { on: true };
  const swapping = (async (): Promise<void> => {
    while (swap.on) {
      renameSync(swapped, `${swapped}-away`);
      symlinkSync('../', swapped);
      await new Promise((resolve) => setImmediate(resolve));
      rmSync(swapped);
      renameSync(`${swapped}-away`, swapped);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const bodies = new Set<string>();
  for (let tried = 0; tried < 300; tried++) {
    const recording = await openRecording(folder, namesOf('swapped/secret.wav'));
    if (recording === undefined) continue;
    bodies.add(await recording.handle.readFile('utf8'));
    await recording.handle.close();
  }
  swap.on = false;
  await swapping;
  t.notOk(bodies.has('secret'), [...bodies].join());
});

void t.test('a recording that grows or shrinks while it is sent; a client that stops reading', async (t) => {
  const file = join(folder, 'big.wav');
  writeFileSync(file, Buffer.alloc(4 << 20, 'x'));
  const before = await filesLeftOpen();
  const half = async (action: () => void): Promise<number> => {
    const socket = connect(port, '127.0.0.1');
    const head = `Host: 127.0.0.1\r\nAuthorization: ${auth.Authorization}\r\nConnection: close`;
    socket.write(`GET /coocenter-api/monitor/big.wav HTTP/1.1\r\n${head}\r\n\r\n`);
    await once(socket, 'readable');
    action();
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    await once(socket, 'close');
    return received;
  };
  const whole = await half(() => undefined);
  t.ok(whole > 4 << 20);
  t.equal(
    await half(() => {
      appendFileSync(file, 'more');
    }),
    whole,
    'what comes later is left out',
  );
  t.ok(
    (await half(() => {
      truncateSync(file, 10);
    })) < whole,
    'cut short, not waited for',
  );
  writeFileSync(file, Buffer.alloc(4 << 20, 'x'));
  const gone = connect(port, '127.0.0.1');
  gone.write(
    `GET /coocenter-api/monitor/big.wav HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${auth.Authorization}\r\n\r\n`,
  );
  await once(gone, 'readable');
  gone.destroy();
  while (openFiles() > before) await new Promise((resolve) => setTimeout(resolve, 5));
  t.match(
    log.lines,
    [/^error GET \/coocenter-api\/monitor\/big\.wav: the answer broke off/],
    'only the truncated one is logged',
  );
});

void t.test('fuzz: whatever the path, nothing but recordings comes out', async (t) => {
  const part = fc.constantFrom(
    '..',
    '.',
    '/',
    '%2e',
    '%2f',
    '%5c',
    '%00',
    '%25',
    '2e',
    'monitor',
    'secret.wav',
    'plain.wav',
    'outside',
    'up',
    'etc',
    'passwd',
    '\\',
    ';',
    'swapped',
  );
  const path = fc
    .array(fc.oneof(part, part, fc.webSegment()), { maxLength: 12, size: 'max' })
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(path, async (path) => {
      const answer = await get(path);
      return answer.status === 404 || (answer.status === 200 && !/secret|root:/.test(answer.body));
    }),
    { numRuns: 300 },
  );
  t.equal((await get('plain.wav')).status, 200);
});

void t.test('a second name of a recording is served, one of a file of somebody else is not', async (t) => {
  linkSync(join(folder, 'plain.wav'), join(root, 'backup.wav'));
  t.match(await get('plain.wav'), { status: 200, body: '0123456789' }, 'a backup has a second name of it');
  if (process.getuid?.() !== 0) {
    t.comment('the rest needs files of other users, which root alone can make');
    return;
  }
  writeFileSync(join(root, 'api.conf'), 'WEBKEY = secret');
  chownSync(join(root, 'api.conf'), 12_345, 12_345);
  linkSync(join(root, 'api.conf'), join(folder, 'api.wav'));
  t.match(await get('api.wav'), { status: 403, body: /second name/ });
  rmSync(join(folder, 'api.wav'));
  mkdirSync(join(folder, 'theirs'));
  chownSync(join(folder, 'theirs'), 12_345, 12_345);
  linkSync(join(root, 'api.conf'), join(folder, 'theirs/theirs.wav'));
  t.equal((await get('theirs/theirs.wav')).status, 200, 'who recorded owns the folder of the day');
  t.equal(await filesLeftOpen(), 0, 'nothing stays open');
});
