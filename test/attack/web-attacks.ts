import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Test } from 'tap';
import { raw } from '../http/client.ts';
import { tokenOf } from '../lab/daemon.ts';
import { Report } from './report.ts';
import { megabytes, request, shown, Target } from './web.ts';

/** KB that one attack may add to what there was before it. */
const mostAdded = (64 - 20) * 1024;
/**
 * KB that all attacks together may add: half of the service's `MemoryMax`. The other half is for the program itself, and
 * for what it does besides.
 */
const mostOfAll = (memoryMax() / 2) * 1024;
const root = '/coocenter-api';
const pause = `${root}/queues/agent-pause?queue=630&member=800&state=on`;

/** MB that the service may take. */
function memoryMax(): number {
  const unit = readFileSync(new URL('../../systemd/coocenter-api.service', import.meta.url), 'utf8');
  const [, most] = /^MemoryMax=(\d+)M$/m.exec(unit) ?? [];
  if (most === undefined) throw new Error('the unit has no MemoryMax in MB');
  return Number(most);
}

/** Holds the daemon under an attack, and says how memory and an honest client did before, during and after. */
async function under(t: Test, target: Target, what: string, attack: () => Promise<unknown>): Promise<void> {
  const report = new Report(t);
  report.sent(what);
  const before = target.memory;
  report.happened(`before: private memory ${megabytes(before)}; honest: ${shown(await target.fare())}`);
  const { result, peak } = await target.peak(async () => {
    await attack();
    return target.fare();
  });
  report.happened(`during: private memory up to ${megabytes(peak)}; honest: ${shown(result)}`);
  t.ok(
    result.statuses.every((status) => status === 200),
    `${what}: honest requests are answered meanwhile`,
  );
  t.ok(peak - before < mostAdded, `${what}: adds little`);
  t.ok(peak - target.idle < mostOfAll, `${what}: within MemoryMax`);
  target.release();
  const after = await target.fare();
  report.happened(`after: private memory ${megabytes(target.memory)}; honest: ${shown(after)}`);
  t.ok(
    after.statuses.every((status) => status === 200),
    `${what}: and afterwards`,
  );
}

async function guesses(t: Test, target: Target, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const statuses: number[] = [];
  const guess = async (key: string): Promise<void> => {
    const headers = { Authorization: tokenOf(key) };
    const sent = httpRequest({ port: target.port, host: '127.0.0.1', agent, path: `${root}/status`, headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    statuses.push(response.statusCode ?? 0);
  };
  await under(t, target, `${count} keys, from an address that was right before`, async () => {
    for (let tried = 0; tried < count; tried++) await guess(`key ${tried}`);
  });
  agent.destroy();
  const looked = statuses.filter((status) => status === 401).length;
  new Report(t).happened(`${looked} × 401, ${statuses.length - looked} × 429`);
  t.equal(statuses.filter((status) => status === 429).length, statuses.length - looked);
  t.ok(looked < count / 2, 'most are refused as too many');
  const right = await target.fare(120);
  t.ok(
    right.statuses.every((status) => status === 200),
    '120 right tokens pass',
  );
  t.ok(target.log.split('\n').filter((line) => line.includes('wrong token')).length <= 4, 'the log is not flooded');
}

/** Each of many connections sends as many requests at once as a connection may, all of them with a wrong token. */
async function pipelinedGuesses(t: Test, target: Target): Promise<void> {
  const report = new Report(t);
  const [connections, each, fields] = [300, 16, 85];
  const before = await target.fare();
  const extra = Array.from({ length: fields }, (_, n) => `x-${n}: ${'y'.repeat(70)}\r\n`).join('');
  const text = request('status', extra, tokenOf('a guess')).repeat(each);
  let answered = 0;
  let closed = 0;
  for (const socket of await target.hold(connections, '')) {
    socket.setEncoding('latin1').resume();
    socket.on('data', (data) => (answered += String(data).split('HTTP/1.1 401').length - 1));
    socket.once('close', () => closed++);
    socket.write(text);
  }
  const during = await target.fare(1);
  const atThen = answered;
  const all = connections * each;
  report.sent(`${connections} connections, each ${each} pipelined requests with a wrong token and ${fields} headers`);
  report.happened(`an honest request takes ${(during.longest / before.median).toFixed(0)} times as long as before`);
  report.happened(`${atThen} of ${all} are answered before it, ${closed} connections closed`);
  t.strictSame(during.statuses, [200]);
  t.ok(atThen < all / 2, 'the honest request is answered before half of the flood');
  target.release();
  t.strictSame(new Set((await target.fare()).statuses), new Set([200]));
}

/** What a stranger on the network can do to the HTTP side of a daemon with so many records. */
export async function attack(
  t: Test,
  { records, keys }: { readonly records: number; readonly keys: number },
): Promise<void> {
  const target = await Target.start(t, records);
  await t.test('guesses', (t) => guesses(t, target, keys));
  await t.test('guesses by the dozen on one connection', (t) => pipelinedGuesses(t, target));
  await t.test('connections that say nothing, or never finish', async (t) => {
    await under(t, target, '600 connections without a byte', () => target.hold(600, ''));
    await under(t, target, '600 requests that stop in their headers', () => target.hold(600, 'GET / HTTP/1.1\r\nX: '));
    const fields = Array.from({ length: 90 }, (_, n) => `x-${n}: ${'y'.repeat(70)}\r\n`).join('');
    await under(t, target, '300 connections, each 16 pipelined requests with 90 headers', () =>
      target.hold(300, request('status', fields).repeat(16)),
    );
  });
  await t.test('answers that nobody reads', async (t) => {
    const page = request('records?limit=1000').repeat(16);
    await under(t, target, '20 × 16 pipelined records?limit=1000, unread', () => target.hold(20, page));
    await under(t, target, '100 × 16 pipelined deliveries?limit=1000, unread', () =>
      target.hold(100, request('deliveries?limit=1000').repeat(16)),
    );
  });
  await t.test('questions to the store', async (t) => {
    const question = request('deliveries?state=pending&event=ivr&limit=1000');
    await under(t, target, '20 × 16 deliveries?state=pending&event=ivr', () => target.hold(20, question.repeat(16)));
  });
  await t.test('recordings that nobody reads', async (t) => {
    await under(t, target, '40 recordings, unread', () => target.hold(40, request('monitor/a.wav')));
    await target.hold(40, request('monitor/a.wav'));
    let refusals = 0;
    let answer = await target.ask('GET', `${root}/monitor/a.wav`);
    // How often depends on the machine: who does not read is cut for others after a second without a byte.
    for (; answer.status === 503 && refusals < 60; refusals++) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers['retry-after'])));
      answer = await target.ask('GET', `${root}/monitor/a.wav`);
    }
    new Report(t).happened(`an honest client gets it whole after ${refusals} × 503`);
    t.equal(answer.status, 200);
    target.release();
  });
  await t.test('gone before the answer; bodies that are not wanted', async (t) => {
    await under(t, target, '100 × CONNECT, then a reset', async () => {
      for (const socket of await target.hold(100, 'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n'))
        socket.resetAndDestroy();
    });
    const text = `POST ${root}/queues/agent-pause HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: x\r\n`;
    const answer = await raw(target.port, `${text}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n`);
    t.match(answer, /^HTTP\/1\.1 (401|429) /, 'no 100 Continue for a wrong token');
  });
}

/** What a page on the Internet can have a browser in the network do, on a box without a WEBKEY. */
export async function pages(t: Test): Promise<void> {
  const report = new Report(t);
  const target = await Target.start(t, 0, { general: { WEBKEY: undefined } });
  const browser = { 'User-Agent': 'Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/131.0', 'Accept-Language': 'en' };
  const attempts: readonly [what: string, method: string, headers: Record<string, string>][] = [
    ['<img src=…/agent-pause?…&state=on> of a page that holds back its address', 'GET', {}],
    ['the same with its Referer', 'GET', { Referer: 'http://evil.example/' }],
    ['the same, to localhost', 'GET', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'image' }],
    ['a form', 'POST', { Origin: 'http://evil.example', Accept: 'text/html' }],
    ['a form of a sandboxed frame', 'POST', { Origin: 'null', Accept: 'text/html' }],
  ];
  for (const [what, method, headers] of attempts) {
    const { status, body } = await target.ask(method, pause, { ...browser, ...headers });
    report.sent(`${method} ${pause}: ${what}`);
    report.happened(`${status} ${body}`);
    t.equal(status, 403, what);
  }
  t.equal((await target.ask('HEAD', pause, {})).status, 405, 'HEAD does not act');
  // Its Asterisk is away: 503 is what comes of a request that is let through.
  t.equal((await target.ask('GET', pause, { 'User-Agent': 'curl/8' })).status, 503, 'curl goes on working');
}
