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
import type { RowParam, Way } from './bad-values.ts';
import { badTypesFor, isDialled, longestOf, patternOf, readAs, valuesFor } from './bad-values.ts';
import { asteriskRoutes, goodFields, isOfStatistics, table } from './table.ts';

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

const proxy = new AmiProxy();

/** What the daemon asks for by itself, from time to time. */
const own = new Set(['ExtensionStateList', 'PJSIPShowAors', 'PJSIPShowEndpoints', 'QueueStatus', 'SIPpeers', 'Ping']);

const agent = new Agent({ keepAlive: true });
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';
const multipart = 'multipart/form-data';
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
  const { statusCode: status = 0, headers: told } = response;
  if (told['content-type']?.startsWith('text/event-stream') !== true)
    return { status, headers: told, body: await text(response) };
  // The stream has no end of its own.
  response.destroy();
  return { status, headers: told, body: '' };
}

const waysOf = ({ method }: RouteRow): readonly Way[] => {
  if (method === 'GET') return ['query'];
  return method === 'POST' ? ['form', 'json', 'multipart'] : ['form', 'json', 'multipart', 'query'];
};

function send(row: RouteRow, way: Way, fields: Readonly<Record<string, unknown>>): Promise<Reply> {
  const coded = (): string => new URLSearchParams(fields as Record<string, string>).toString();
  switch (way) {
    case 'query':
      return ask(row.method, row.path, { query: `?${coded()}` });
    case 'form':
      return askWith(row, form, coded());
    case 'json':
      return askWith(row, json, JSON.stringify(fields));
    case 'multipart': {
      const parts = Object.entries(fields).map(
        ([name, value]) => `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(value)}\r\n`,
      );
      return askWith(row, `${multipart}; boundary=edge`, `${parts.join('')}--edge--\r\n`);
    }
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

/** Every value of one parameter of one route that is refused, each way it can travel. */
async function faultsOf(row: RouteRow, param: RowParam): Promise<string[]> {
  const { name, required, isList } = param;
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
  for (const way of waysOf(row)) {
    for (const value of valuesFor(param)) {
      if (readAs(row, param, way, value) !== undefined) continue;
      await expect(`${way} ${JSON.stringify(value)}`, send(row, way, { ...good, [name]: value }));
    }
    await expect(`${way} one too long`, send(row, way, { ...good, [name]: '1'.repeat(longestOf(row, name) + 1) }));
    const far = send(row, way, { ...good, [name]: '1'.repeat(10_000) });
    if (way === 'query') await expect('far too long', far, 431, /too long/);
    else await expect(`${way} far too long`, far);
    if (!required) continue;
    await expect(`${way} missing`, send(row, way, others));
    await expect(`${way} empty`, send(row, way, { ...good, [name]: '' }));
    // A list may be written so.
    await expect(`${way} as []`, send(row, way, { ...others, [isList ? `${name}[x]` : `${name}[]`]: own }));
    await expect(`${way} in capitals`, send(row, way, { ...others, [name.toUpperCase()]: own }));
  }
  if (row.method !== 'GET') {
    for (const value of badTypesFor(param))
      await expect(`JSON ${JSON.stringify(value)}`, send(row, 'json', { ...good, [name]: value }));
    if (required)
      await expect('JSON __proto__', askWith(row, json, `{"__proto__":${JSON.stringify(good)}}`), 400, /^missing/);
  }
  // Given twice, a list has two values.
  if (isList) return faults;
  const coded = new URLSearchParams(good).toString();
  const again = new URLSearchParams({ [name]: own }).toString();
  const twice = `${coded}&${again}`;
  if (row.method === 'GET') await expect('twice', ask('GET', row.path, { query: `?${twice}` }));
  else {
    await expect('twice', askWith(row, form, twice));
    const headers = { authorization: tokenOf(), 'content-type': form };
    await expect('in query and body', ask(row.method, row.path, { query: `?${again}`, body: coded, headers }));
  }
  return faults;
}

/** Every value of every parameter of every route that is refused. */
async function allParameters(t: Test): Promise<void> {
  for (const row of table) {
    for (const param of row.params) {
      t.same(await faultsOf(row, param), [], `${row.method} ${row.path} ${param.name}: 400 that names it`);
    }
  }
}

/** Fields of a request that rings nobody and changes nothing: 898 and 899 are nobody's and in no dialplan. */
function harmlessFields(row: RouteRow, name: string): Record<string, string> {
  const names = ['dst', 'exten', 'extension', 'extensions', 'local', 'member', 'src'];
  const fields = Object.fromEntries(
    Object.entries(goodFields(row)).map(([key, value]) => [key, names.includes(key) ? '898' : value]),
  );
  // These are looked at once the extension is known.
  if (name === 'queue' && 'member' in fields) fields['member'] = '800';
  if (name === 'queue' && 'extension' in fields) fields['extension'] = '800';
  if (name === 'dst' && isDialled(row)) fields['src'] = '800';
  return fields;
}

/** What the daemon told Asterisk since there were `from` actions, as Asterisk reads it; without the ids. */
const toldSince = (from: number): string[][] =>
  proxy.actions.slice(from).map((action) =>
    Object.entries(action)
      .filter(([field]) => field !== 'ActionID')
      .map(([field, value]) => `${field}=${Buffer.from(value, 'latin1').toString('utf8')}`),
  );

/** The routes that tell what is stored and has what is asked for. */
const isOfLists = (path: string): boolean =>
  ['missed-calls', 'records/search', 'recordings/access'].some((end) => path === `/coocenter-api/${end}`);

/** What a parameter that Asterisk is told as it was written becomes there. */
const toldAsIs: Readonly<Record<string, string>> = { queue: 'Queue', reason: 'Reason' };

/** What a route may answer to what it takes. */
function answersOf(row: RouteRow, name: string): readonly number[] {
  if (row.path.endsWith('/login')) return [401, 429];
  // Names of queues and agents are only compared, and so are those of recordings that somebody heard.
  if (row.path.endsWith('/stream') || isOfStatistics(row.path) || isOfLists(row.path)) return [200];
  // One person's tickets that are not used yet are counted.
  if (row.path.endsWith('/ticket')) return [200, 503];
  if (row.path.includes('/recordings/')) return [400, 403, 404];
  if (row.path.endsWith('/transfer')) return [404, 409];
  return name === 'queue' || row.path.endsWith('/click-number') ? [404] : [200, 404];
}

/** Every value that is not refused: read as the plain one it stands for, and never told to Asterisk as it was written. */
async function faultsOfTaken(row: RouteRow, param: RowParam): Promise<string[]> {
  const { name } = param;
  const faults: string[] = [];
  const fields = harmlessFields(row, name);
  const told = new Map<string, { reply: Reply; actions: string[] }>();
  const tell = async (way: Way, value: string): Promise<{ reply: Reply; actions: string[] }> => {
    const from = proxy.actions.length;
    const reply = await send(row, way, { ...fields, [name]: value });
    const actions = toldSince(from).filter(([action = '']) => !own.has(action.replace('Action=', '')));
    return { reply, actions: actions.map((lines) => lines.join('\n')) };
  };
  for (const way of waysOf(row)) {
    for (const value of valuesFor(param)) {
      const plain = readAs(row, param, way, value);
      if (plain === undefined) continue;
      const what = `${row.method} ${row.path} ${name} ${way} ${JSON.stringify(value)}`;
      const from = proxy.actions.length;
      const isNormalised = plain !== value && !param.isList;
      // What is deleted is gone the second time.
      if (isNormalised && !told.has(plain)) {
        const first = await tell(way, plain);
        const { reply, actions } = await tell(way, plain);
        told.set(plain, { reply, actions: [...first.actions, ...actions] });
      }
      const { reply, actions } = await tell(way, value);
      if (!answersOf(row, name).includes(reply.status)) faults.push(`${what}: ${reply.status} ${reply.body}`);
      const same = told.get(plain);
      if (isNormalised && (reply.status !== same?.reply.status || reply.body !== same.reply.body))
        faults.push(`${what}: ${reply.body}, and ${same?.reply.body} for ${plain}`);
      const others = isNormalised ? actions.filter((action) => same?.actions.includes(action) !== true) : [];
      if (others.length > 0) faults.push(`${what}: ${others.join('\n\n')}`);
      // Asterisk may be asked whether it has a queue of this name, and keeps the reason of a pause as it is.
      const raw = toldSince(from)
        .flat()
        .filter((line) => line.includes(value) && line !== `${toldAsIs[name] ?? ''}=${value}`);
      if (raw.length > 0) faults.push(`${what} reaches Asterisk: ${raw.join()}`);
    }
  }
  return faults;
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
    for (const body of ['src=800', '--x\r\n', '--x\r\n\r\n800\r\n--x--\r\n', '--y\r\n\r\n800\r\n--y--\r\n'])
      await expect(body, askWith(row, `${multipart}; boundary=x`, body), 400, /multipart body/);
    await expect('no boundary', askWith(row, multipart, 'src=800'), 400, /needs one boundary/);
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
  for (const path of [
    '/panel',
    '/coocenter-api',
    '/coocenter-api/queues/queue-info/',
    '/coocenter-api/Queues/queue-info',
  ]) {
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
          for (const param of row.params)
            t.equal(param.pattern, patternOf(row, param), `${row.path} ${param.name}: the pattern of its parameter`);
        }
        await allParameters(t);
      });
      await t.test('every value that is read as another, or taken as it is', async (t) => {
        for (const row of table) {
          for (const param of row.params)
            t.same(await faultsOfTaken(row, param), [], `${row.method} ${row.path} ${param.name}: what is taken`);
        }
        const { items } = await ami.action('CoreShowChannels');
        t.same(items, [], 'nobody was rung');
        const rings = proxy.names().filter((name) => ['Originate', 'Redirect', 'Hangup', 'Atxfer'].includes(name));
        t.same(rings, [], 'nobody was to be');
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
            // A replay and this hangup must say of what, by one parameter or another.
            const isWanting =
              row.params.some(({ required }) => required) || /\/replay$|\/extension\/hangup$/.test(row.path);
            // The token of the day is no wallboard's.
            const isRefused = row.path.endsWith('/session/renew');
            const accepted = isRefused ? 403 : row.path.endsWith('*') ? 404 : isWanting ? 400 : 200;
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
          channel: ['!', '~'.repeat(128)],
          clientUserId: ['u', 'ü'.repeat(64), ''],
          callerId: ['+1', '1'.repeat(32), ''],
          confnum: [name, 'a', 899],
          exten: [name, 'a', 899],
          extension: [name, 'a', 899],
          extensions: [name, 'a', 899],
          local: [name, 'a', 899, ''],
          limitSec: ['0', '1', '86400', 86400, ''],
          member: [name, 'a', 899],
          number: ['*'.repeat(40), '+#*1', 123456],
          queue: [name, 'a', 899, 'ü'.repeat(80)],
          ringSec: ['1', '120', 120, ''],
          src: [name, 'a', 899],
          state: ['on', 'off'],
          wait: ['0', '1', ''],
        };
        for (const row of asteriskRoutes) {
          for (const { name } of row.params) {
            const abroad = name === 'dst' && isDialled(row) ? ['+8613800000000'] : [];
            for (const value of [...(ends[name] ?? []), ...abroad]) {
              // Nobody is rung: the numbers dialled are in no dialplan, the others are nobody's.
              const fields = { ...harmlessFields(row, name), src: '898', [name]: value };
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
        for (const dst of ['*9/9#', '*9 9#', '*99#\r\n', '＊９９＃'])
          t.equal(fault(await click(dst), 404, 'Extension does not exist'), '', `${JSON.stringify(dst)} is *99#`);
        for (const dst of ['*99&1', '*99,1', '*99\r\n0', '*99\0', '*'.repeat(33)])
          t.equal(fault(await click(dst), 400, 'dst'), '', `${JSON.stringify(dst)} is refused all the same`);
        const calls = proxy.names().filter((name) => name === 'Originate');
        t.same(calls, [], 'nobody was to be rung');
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
