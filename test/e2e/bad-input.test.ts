import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import type { Test } from 'tap';
import { flags } from '../../packaging/build/flags.ts';
import type { RouteRow } from '../../src/http/route.ts';
import { tokenOf } from '../lab/daemon.ts';
import { AmiProxy } from '../lab/proxy.ts';
import { withLab } from '../lab/scenario.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';
import { asteriskRoutes, goodFields, isOfDeliveries, table } from './table.ts';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Question {
  readonly query?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Address to ask from. */
  readonly from?: string;
}

const agent = new Agent({ keepAlive: true });
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';
let port = 0;
let asked = 0;

/** Asks as real clients do, over connections that are kept. */
async function ask(method: string, path: string, question: Question = {}): Promise<Reply> {
  const { query = '', body, headers = { authorization: tokenOf() }, from } = question;
  asked++;
  const message = request({
    host: '127.0.0.1',
    port,
    method,
    path: path.replace('*', 'none.wav') + query,
    // From an address of its own, on a connection of its own.
    ...(from === undefined ? { agent } : { localAddress: from, agent: false }),
    headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
  });
  // What is too large is answered before all of it is sent.
  message.on('error', () => undefined);
  message.end(body);
  const [response] = (await once(message, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** How the fields of a request travel. */
type Way = 'form' | 'json' | 'query';

const waysOf = ({ method }: RouteRow): readonly Way[] =>
  method === 'GET' ? ['query'] : method === 'POST' ? ['form', 'json'] : ['form', 'json', 'query'];

function send(row: RouteRow, way: Way, fields: Readonly<Record<string, unknown>>): Promise<Reply> {
  const coded = (): string => new URLSearchParams(fields as Record<string, string>).toString();
  switch (way) {
    case 'query':
      return ask(row.method, row.path, { query: `?${coded()}` });
    case 'form':
      return askWith(row, form, coded());
    case 'json':
      return askWith(row, json, JSON.stringify(fields));
  }
}

function askWith({ method, path }: RouteRow, type: string, body: string | Buffer): Promise<Reply> {
  return ask(method, path, { body, headers: { authorization: tokenOf(), 'content-type': type } });
}

/** What is wrong with a refusal that must have this status and name this; `''`: nothing. */
function fault(reply: Reply, status: number, named: string | RegExp): string {
  let told: unknown;
  try {
    told = JSON.parse(reply.body);
  } catch {
    return `${reply.status} is no JSON: ${reply.body}`;
  }
  const { status: word, message, ...more } = told as Record<string, unknown>;
  const isNamed =
    typeof message === 'string' && (named instanceof RegExp ? named.test(message) : message.includes(named));
  const isRight = reply.status === status && word === 'error' && isNamed && Object.keys(more).length === 0;
  return isRight ? '' : `${reply.status} ${reply.body}`;
}

const cursor = '[0-9a-f]{8}-[0-9]{1,15}';
const moment = '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?';

/** What may be in each parameter, and the longest of it. */
const patterns: Readonly<Record<string, string>> = {
  before: cursor,
  event: '(?:ivr|cdr|cc_cdr)(?:,(?:ivr|cdr|cc_cdr))*',
  extension: '[0-9A-Za-z_.-]{1,40}',
  from: moment,
  id: '[0-9a-f]{32}(?:,[0-9a-f]{32}){0,399}',
  limit: '[0-9]{1,4}',
  limitSec: '[0-9]{1,5}',
  member: '[0-9A-Za-z_.-]{1,40}',
  number: '[0-9+*#]{1,40}',
  queue: '[0-9A-Za-z_.-]{1,40}',
  receiver: 'URL|[a-z0-9_-]{1,40}',
  ringSec: '[0-9]{1,3}',
  since: cursor,
  src: '[0-9A-Za-z_.-]{1,40}',
  state: 'on|off',
  to: moment,
  wait: '0|1',
};

const isSpy = ({ path }: RouteRow): boolean => /spy|whisper|barge/i.test(path);
const stateOf = (path: string): string => (path.endsWith('/replay') ? 'dead|delivered' : 'pending|delivered|dead');
const patternOf = (row: RouteRow, name: string): string | undefined =>
  name === 'state' && isOfDeliveries(row.path) ? stateOf(row.path) : patternOfName(row, name);
const patternOfName = (row: RouteRow, name: string): string | undefined =>
  name === 'dst' ? (isSpy(row) ? '[0-9A-Za-z_.-]{1,40}' : '[0-9A-Za-z+]{1,32}') : patterns[name];
const longest = (pattern = ''): number => Number(/\{1,(\d+)\}/.exec(pattern)?.[1] ?? 3);

/** Nobody's value, whatever the parameter. */
const hostile = [
  ...['80\r\n0', '80\n', '\r\n80', '80\r', '80\r\nAction: Originate\r\nChannel: Local/s@outbound', '80\0', '\x0080'],
  ...['80&1', '80,1', '80/1', '../80', '80\\1', '80|1', '80;1', '80:1', '80=1', '80@internal', '80%', '80%0d%0a1'],
  ...[' 80', '80 ', '8 0', '\t80', '8"0', "8'0", '8`id`0', '$(id)', '${EXTEN}', '$[1+1]', '{80}', '<b>', '80?', '80!'],
  ...['\uff18\uff10\uff10', '八', '80é', '8\u200b0', '\u{1f4de}', '\ufeff80', '80\u0661', '\u017f', '\u212a'],
];

/** Beyond the range of a number, or not one. */
const badNumbers = ['0', '-1', '+1', '1.5', '1e2', '0x10', '١', 'NaN', 'Infinity', 'one', '9007199254740993'];
const special: Readonly<Record<string, readonly string[]>> = {
  before: ['1', '0000000-1', '00000000-', '0000000G-1', '00000000-1 '],
  event: ['hangup', 'all', 'cdr,', ',cdr', 'cdr,,ivr', 'CDR', 'cdr ivr'],
  from: ['2026-11-25', '2026-02-30 00:00:00', '2026-11-25 24:00:00', 'now', '1795595877'],
  id: ['0123', `${'0'.repeat(32)},`, 'G'.repeat(32), 'A'.repeat(32)],
  limit: [...badNumbers, '1001', '00001'],
  limitSec: [...badNumbers, '86401', '000001'],
  receiver: ['Crm', 'a.b', 'Url'],
  ringSec: [...badNumbers, '121', '0001'],
  wait: ['2', '01', 'true', 'yes', 'on'],
  state: ['ON', 'On', 'off ', '1', '0', 'true', 'onoff', 'on,off', 'pause'],
  dst: ['*55801', '801#', '*', '#'],
  number: ['abc', '-', '1.2'],
};

/** Of JSON, what is no text and no whole number. */
const badTypes: readonly unknown[] = [true, false, null, {}, [], ['800'], [800], { toString: '800' }, 1.5, 1e300];

/** Every bad value of one parameter of one route, each way it can travel. */
async function faultsOf(row: RouteRow, name: string, isRequired: boolean): Promise<string[]> {
  const faults: string[] = [];
  const good = goodFields(row);
  const expect = async (
    what: string,
    reply: Promise<Reply>,
    status = 400,
    named: string | RegExp = name,
  ): Promise<void> => {
    const found = fault(await reply, status, named);
    if (found !== '') faults.push(`${row.method} ${row.path} ${name} ${what}: ${found}`);
  };
  const { [name]: own = '', ...others } = good;
  const limit = longest(patternOf(row, name));
  for (const way of waysOf(row)) {
    for (const value of [...hostile, ...(special[name] ?? []).filter((one) => !isSpy(row) || !/^\w/.test(one))]) {
      await expect(`${way} ${JSON.stringify(value)}`, send(row, way, { ...good, [name]: value }));
    }
    await expect(`${way} one too long`, send(row, way, { ...good, [name]: '1'.repeat(limit + 1) }));
    const far = send(row, way, { ...good, [name]: '1'.repeat(10_000) });
    if (way === 'query') await expect('far too long', far, 431, /too long/);
    else await expect(`${way} far too long`, far);
    if (!isRequired) continue;
    await expect(`${way} missing`, send(row, way, others));
    await expect(`${way} empty`, send(row, way, { ...good, [name]: '' }));
    await expect(`${way} as []`, send(row, way, { ...others, [`${name}[]`]: own }));
    await expect(`${way} in capitals`, send(row, way, { ...others, [name.toUpperCase()]: own }));
  }
  if (row.method !== 'GET') {
    for (const value of badTypes)
      await expect(`JSON ${JSON.stringify(value)}`, send(row, 'json', { ...good, [name]: value }));
    if (isRequired)
      await expect('JSON __proto__', askWith(row, json, `{"__proto__":${JSON.stringify(good)}}`), 400, /^missing/);
  }
  const coded = new URLSearchParams(good).toString();
  const twice = `${coded}&${name}=${own}`;
  if (row.method === 'GET') await expect('twice', ask('GET', row.path, { query: `?${twice}` }));
  else {
    await expect('twice', askWith(row, form, twice));
    const headers = { authorization: tokenOf(), 'content-type': form };
    await expect('in query and body', ask(row.method, row.path, { query: `?${name}=${own}`, body: coded, headers }));
  }
  return faults;
}

/** Every bad value of every parameter of every route. */
async function allParameters(t: Test): Promise<void> {
  for (const row of table) {
    for (const { name, required } of row.params) {
      t.same(await faultsOf(row, name, required), [], `${row.method} ${row.path} ${name}: 400 that names it`);
    }
  }
}

/** Requests that are wrong as a whole, for every route. */
async function allRequests(t: Test): Promise<void> {
  const large = Buffer.alloc(16 * 1024 + 1, 'a');
  for (const row of table) {
    const { method, path } = row;
    const faults: string[] = [];
    const expect = async (what: string, reply: Promise<Reply>, status: number, named: RegExp): Promise<void> => {
      const found = fault(await reply, status, named);
      if (found !== '') faults.push(`${what}: ${found}`);
    };
    for (const type of ['text/plain', 'text/json', 'multipart/mixed; boundary=x', 'application/xml', 'x']) {
      await expect(type, askWith(row, type, 'src=800'), 415, /content type/);
    }
    await expect('charset', askWith(row, `${form}; charset=gbk`, 'src=800'), 415, /charset/);
    for (const body of ['{', '{"src":', "{'src':'800'}", '{"src":"800"', 'src=800', '{"src":"80\n0"}', '\0']) {
      await expect(body, askWith(row, json, body), 400, /malformed JSON/);
    }
    for (const body of ['null', '[]', '[{"src":"800"}]', '"src"', '1', 'true']) {
      await expect(body, askWith(row, json, body), 400, /must be an object/);
    }
    for (const text of ['src=%ZZ', 'src=%', '%=800', 'src=%E5%85', 'src=%ff', 'src=%C0%AF']) {
      await expect(text, askWith(row, form, text), 400, /percent-encoding/);
      await expect(`?${text}`, ask(method, path, { query: `?${text}` }), 400, /percent-encoding/);
    }
    await expect('bytes', askWith(row, form, Buffer.from('src=8\xff0', 'latin1')), 400, /UTF-8/);
    await expect('large', askWith(row, form, large), 413, /larger than 16384/);
    const headers = { authorization: tokenOf(), 'content-type': form, 'content-encoding': 'gzip' };
    await expect('gzip', ask(method, path, { body: 'src=800', headers }), 415, /compressed/);
    t.same(faults, [], `${method} ${path}: a request that is no good is refused with the reason`);
  }
  const paths = new Map<string, string[]>();
  for (const { method, path } of table) paths.set(path, [...(paths.get(path) ?? []), method]);
  for (const [path, methods] of paths) {
    const others = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'PROPFIND'].filter((one) => !methods.includes(one));
    for (const method of others) {
      const reply = await ask(method, path);
      t.equal(fault(reply, 405, method), '', `${method} ${path}: method not allowed`);
      const allow = reply.headers.allow?.split(', ');
      t.same(allow?.filter((one) => !['HEAD', 'OPTIONS'].includes(one)).sort(), methods.sort(), `${path}: Allow`);
    }
  }
  for (const path of ['/', '/coocenter-api', '/coocenter-api/queues/queue-info/', '/coocenter-api/Queues/queue-info']) {
    t.equal(fault(await ask('GET', path), 404, 'no such path'), '', `${path}: no such path`);
  }
}

/** Who has no token of these days is refused before anything is looked at. */
async function tokens(t: Test): Promise<void> {
  let host = 0;
  const bad: readonly [what: string, headers: Record<string, string>, message: string][] = [
    ['none', {}, 'missing header: Authorization'],
    ['empty', { authorization: '' }, 'wrong token'],
    ['wrong', { authorization: 'd41d8cd98f00b204e9800998ecf8427e' }, 'wrong token'],
    ['two days old', { authorization: tokenOf(undefined, -2) }, 'wrong token'],
    ['two days ahead', { authorization: tokenOf(undefined, 2) }, 'wrong token'],
    ['of another key', { authorization: tokenOf('other') }, 'wrong token'],
    ['the key itself', { authorization: 'asjdfjklkasdf' }, 'wrong token'],
    ['cut', { authorization: tokenOf().slice(0, -1) }, 'wrong token'],
    ['Basic', { authorization: `Basic ${tokenOf()}` }, 'wrong token'],
    ['in the query', {}, 'missing header: Authorization'],
  ];
  for (const row of table.filter(({ access }) => access !== 'open')) {
    const faults: string[] = [];
    // Who sends many wrong tokens is slowed down; the address of each row has its own patience.
    const from = `127.9.0.${++host}`;
    for (const [what, headers, message] of bad) {
      const query = `?${new URLSearchParams({ ...goodFields(row), Authorization: tokenOf() }).toString()}`;
      const reply = await ask(row.method, row.path, { headers, query, from });
      const found = fault(reply, 401, message);
      if (found !== '') faults.push(`${what}: ${found}`);
      if (!reply.headers['www-authenticate']) faults.push(`${what}: no challenge`);
    }
    t.same(faults, [], `contract §2: ${row.method} ${row.path} without a right token: 401`);
  }
}

/** A body that never ends, on every route at once. The limit of 10 s is waited for once. */
async function slowBodies(): Promise<string[]> {
  const replies = table.map(async ({ method, path }) => {
    const socket = connect(port, '127.0.0.1');
    const head = [
      `${method} ${path.replace('*', 'none.wav')} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Authorization: ${tokenOf()}`,
    ];
    socket.write([...head, `Content-Type: ${form}`, 'Content-Length: 100', '', 'src=80'].join('\r\n'));
    const reply = await text(socket);
    const [first, body = ''] = reply.split('\r\n\r\n');
    const status = Number(first?.split(' ')[1]);
    const found = fault({ status, headers: {}, body }, 408, /took too long/);
    return found === '' ? '' : `${method} ${path}: ${found}`;
  });
  return (await Promise.all(replies)).filter((found) => found !== '');
}

/** Private memory in kB (proc(5)). */
function rssAnon(pid: number): number {
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

const proxy = new AmiProxy();

/** What the daemon asks for by itself, from time to time. */
const own = new Set(['ExtensionStateList', 'PJSIPShowAors', 'PJSIPShowEndpoints', 'QueueStatus', 'SIPpeers', 'Ping']);

void t.test('bad input of every kind: a 4xx that says why, and nothing reaches Asterisk', async (t) => {
  await withLab(
    t,
    '22-pjsip',
    async ({ daemon, ami }) => {
      ({ port } = daemon);
      const { pid } = daemon;
      if (pid === undefined) throw new Error('the daemon does not run');
      /** As `t.test`, and nothing of it reaches Asterisk. */
      const harmless = (name: string, run: (t: Test) => Promise<void>): Promise<unknown> =>
        t.test(name, async (t) => {
          const from = proxy.actions.length;
          const before = asked;
          await run(t);
          const names = proxy.names(from).filter((name) => !own.has(name));
          t.same(names, [], `nothing of ${asked - before} requests reached Asterisk`);
        });

      const slow = slowBodies();
      await harmless('every parameter', async (t) => {
        for (const row of table) {
          for (const { name, pattern } of row.params)
            t.equal(pattern, patternOf(row, name), `${row.path} ${name}: the pattern of its parameter`);
        }
        await allParameters(t);
      });
      const first = rssAnon(pid);
      await harmless('every request', allRequests);
      await harmless('every token', tokens);
      await harmless('all parameters again: the memory does not grow', async (t) => {
        await allParameters(t);
        const now = rssAnon(pid);
        t.comment(`RssAnon ${first} kB after one round, ${now} kB now`);
        t.ok(now <= 2 * first, 'private memory is at most twice that after the first round');
      });
      await harmless('a body that never ends', async (t) => {
        t.same(await slow, [], '408 on every route');
      });

      await t.test(
        'yesterday’s token, tomorrow’s, and the header Authentication are accepted (contract §2)',
        async (t) => {
          for (const row of table.filter(({ access }) => access !== 'open')) {
            // A replay must say of what.
            const isWanting = row.params.some(({ required }) => required) || row.path.endsWith('/replay');
            const accepted = row.path.endsWith('*') ? 404 : isWanting ? 400 : 200;
            for (const headers of [
              { authorization: tokenOf(undefined, -1) },
              { authorization: tokenOf(undefined, 1) },
              { authorization: tokenOf().toUpperCase() },
              { authentication: tokenOf() },
            ]) {
              const { status } = await ask(row.method, row.path, { headers });
              t.equal(status, accepted, `${row.method} ${row.path} ${Object.keys(headers).join()}`);
            }
          }
        },
      );

      await t.test('the longest and the largest values are taken as they are', async (t) => {
        const name = `${'a'.repeat(36)}_.-Z`;
        const ends: Readonly<Record<string, readonly unknown[]>> = {
          dst: ['1'.repeat(32), 'z', 899],
          extension: [name, 'a', 899],
          limitSec: ['1', '86400', 86400, ''],
          member: [name, 'a', 899],
          number: ['*'.repeat(40), '+#*1', 123456],
          queue: [name, 'a', 899],
          ringSec: ['1', '120', 120, ''],
          src: [name, 'a', 899],
          state: ['on', 'off'],
          wait: ['0', '1', ''],
        };
        for (const row of asteriskRoutes) {
          for (const { name } of row.params) {
            const abroad = name === 'dst' && !isSpy(row) ? ['+8613800000000'] : [];
            for (const value of [...(ends[name] ?? []), ...abroad]) {
              // Nobody is rung: the numbers dialled are in no dialplan, the others are nobody's.
              const fields = { ...goodFields(row), src: '899', dst: '899', [name]: value };
              for (const way of waysOf(row)) {
                const reply = await send(row, way, fields);
                const what = `${row.method} ${row.path} ${name} ${way} ${JSON.stringify(value)}: ${reply.body}`;
                t.ok([200, 404, 409].includes(reply.status), what);
              }
            }
          }
        }
        const { items } = await ami.action('CoreShowChannels');
        t.same(items, [], 'nobody was rung');
      });

      await t.test('dst with * and # is for those who allow it', async (t) => {
        const click = (dst: string): Promise<Reply> =>
          send(
            table.find(({ path }) => path.endsWith('extensions/click-number'))!,
            'form',
            { src: '800', dst },
          );
        t.equal(fault(await click('*99#'), 400, 'dst'), '', 'refused by default');
        daemon.configure({ dialplan: { dial_features: 'yes' } });
        daemon.reload();
        await eventually('it is accepted after a reload', async () => (await click('*99#')).status !== 400);
        t.equal(fault(await click('*99#'), 404, 'Extension does not exist'), '', 'it is looked up in the dialplan');
        for (const dst of ['*99/1', '*9 9', '*99&1', '*99,1', '*99\r\n', '*'.repeat(33)])
          t.equal(fault(await click(dst), 400, 'dst'), '', `${JSON.stringify(dst)} is refused all the same`);
      });

      t.equal((await ask('GET', '/coocenter-api/queues/queue-info')).status, 200, 'the daemon answers');
      t.equal(daemon.pid, pid, 'it is the same');
      t.same(errorsIn(daemon.output), [], 'no error in its log');
      t.comment(`${asked} requests`);
      agent.destroy();
    },
    { proxy, daemon: { nodeArguments: flags } },
  );
});
