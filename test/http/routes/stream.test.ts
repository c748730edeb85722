import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { tokenOf } from '../../../src/http/auth.ts';
import { sessionRoutes } from '../../../src/http/routes/session.ts';
import { streamRoutes } from '../../../src/http/routes/stream.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { Throttle } from '../../../src/http/throttle.ts';
import { sessionSeconds } from '../../../src/users/session-token.ts';
import { hashPassword } from '../../../src/users/password.ts';
import type { User } from '../../../src/users/user.ts';
import { Client } from '../../live/client.ts';
import { everything, World } from '../../live/world.ts';
import { readTranscript } from '../../oracle/replay.ts';
import { accountsWith } from '../../users/made.ts';
import { ask, memoryLog, raw } from '../client.ts';
import { EventStream } from '../event-stream.ts';
import { settings as plain, today } from '../toy.ts';

const path = '/coocenter-api/stream';
const hash = await hashPassword('correct horse');
const anna: User = { name: 'anna', role: 'agent', extension: '800', hash };
const boss: User = { name: 'boss', role: 'supervisor', extension: '', hash };
const users = new Map([anna, boss].map((user) => [user.name, user]));
const daily = { Authorization: tokenOf('k', today) };
const transcript = readTranscript('22-pjsip', 'inbound-menu-queue');
/** The caller waits in the queue, and the agent's phone rings. */
const ringing = transcript.events.findLastIndex(({ name }) => name === 'DialBegin') + 1;

/** A server with the stream of a box that hears a recorded call. */
class Served {
  readonly world: World;
  readonly log = memoryLog();
  settings = { ...plain, webkey: 'k', users: users as ReadonlyMap<string, User> };
  /** Milliseconds by which the clock of the sessions is ahead. */
  ahead = 0;
  readonly accounts = accountsWith(
    () => this.settings,
    () => new Date(Date.now() + this.ahead),
  );
  readonly server: HttpServer;
  #heard = 0;

  constructor() {
    this.world = new World(transcript);
    const throttle = new Throttle();
    this.server = new HttpServer({
      routes: [
        ...sessionRoutes({ accounts: this.accounts, throttle, warnings: { everyMinute: () => undefined } }),
        ...streamRoutes({ live: this.world.live, picture: this.world.picture }),
      ],
      log: this.log,
      settings: () => this.settings,
      accounts: this.accounts,
      throttle,
    });
  }

  get port(): number {
    return this.server.ports[0]!;
  }

  get readers(): number {
    return this.world.live.readers;
  }

  /** The box hears the events of the call up to this one. */
  async hear(until = transcript.events.length): Promise<void> {
    for (; this.#heard < until; this.#heard++) {
      this.world.hear(transcript.events[this.#heard]!);
      await this.world.settle();
    }
    // The record of the call is made a moment after its end.
    if (this.#heard === transcript.events.length) this.world.tick();
    await this.world.settle();
  }

  /** Opens the stream; resolves when its first event has come. */
  async open(
    query = '',
    headers: Readonly<Record<string, string>> = daily,
    client = new Client(),
  ): Promise<EventStream> {
    const stream = await EventStream.open(this.port, path + query, headers, (event) => {
      client.take(event);
    });
    await stream.until('the head', () => stream.text !== '' || stream.state !== 'open');
    return stream;
  }

  /** What a user signed in with sends. */
  async signIn(name: string): Promise<Record<string, string>> {
    const body = JSON.stringify({ username: name, password: name === 'key' ? 'k' : 'correct horse' });
    const json = { 'Content-Type': 'application/json' };
    const reply = await ask(this.port, 'POST', '/coocenter-api/local/login', json, body);
    return { Authorization: `Bearer ${(JSON.parse(reply.body) as { token: string }).token}` };
  }

  async ticket(headers: Readonly<Record<string, string>>, fields = 'purpose=stream'): Promise<string> {
    const reply = await ask(this.port, 'POST', '/coocenter-api/session/ticket', headers, fields);
    return (JSON.parse(reply.body) as { data: { ticket: string } }).data.ticket;
  }

  /** Resolves when as many streams are open. */
  async counts(readers: number): Promise<boolean> {
    for (let turn = 0; turn < 5_000 && this.readers !== readers; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return this.readers === readers;
  }
}

/** A test on such a server; nothing of it is an error. */
function served(name: string, test: (t: Test, served: Served) => Promise<void>): void {
  void t.test(name, async (t) => {
    const served = new Served();
    await served.server.start();
    try {
      await test(t, served);
      const lines = served.log.lines.filter((line) => line.startsWith('error '));
      t.strictSame(lines, [], 'no error is logged');
    } finally {
      served.world.live.stop();
      await served.server.stop();
    }
  });
}

served('headers, and the snapshot', async (t, served) => {
  await served.hear(ringing);
  const client = new Client();
  const stream = await served.open('', { ...daily, Origin: 'http://crm.example' }, client);
  await stream.until('a snapshot', () => stream.names.includes('snapshot'));
  t.equal(stream.status, 200);
  t.match(stream.headers, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
    connection: 'close',
    'content-length': undefined,
  });
  t.match(stream.text, /^retry: 2000\n\nid: \S+\nevent: snapshot\ndata: \{"time":\d+,"extension":\{/);
  t.strictSame(client.known, served.world.truth());
  t.not(Object.keys(client.known?.['caller'] ?? {}).length, 0, 'somebody waits');
  t.not(Object.keys(client.known?.['call'] ?? {}).length, 0, 'in a call');
});

served('what is pushed and what changes, each with an id of its own', async (t, served) => {
  const client = new Client();
  const stream = await served.open('', daily, client);
  const begun = served.world.pushed.length;
  await served.hear();
  const { pushed } = served.world;
  await stream.until('the last push', () => client.pushes.length === pushed.length - begun);
  t.strictSame(
    client.pushes,
    pushed.slice(begun).map(({ data }) => data),
  );
  t.strictSame(client.known, served.world.truth());
  t.equal(new Set(client.ids).size, client.ids.length);
  t.strictSame(
    client.ids.map((id) => Number(id.split('-')[1])),
    client.ids.map((id) => Number(id.split('-')[1])).sort((a, b) => a - b),
  );
});

served(
  'who comes back goes on where it was: by header, by parameter, and the header counts more',
  async (t, served) => {
    const client = new Client();
    const first = await served.open('', daily, client);
    await first.until('a snapshot', () => first.events.length > 0);
    const begun = served.world.pushed.length;
    const { last: oldest } = first;
    first.close();
    t.ok(await served.counts(0));
    await served.hear(ringing);
    const second = await served.open('', { ...daily, 'Last-Event-ID': oldest }, client);
    const count = (): number => served.world.pushed.length - begun;
    await second.until('pushes', () => client.pushes.length === count());
    const newer = client.lastId;
    second.close();
    t.ok(await served.counts(0));
    await served.hear();
    // An EventSource has the new one in its header, and in its URL the one with which it was made.
    const header = { ...daily, 'Last-Event-ID': newer };
    const third = await served.open(`?lastEventId=${oldest}`, header, client);
    await third.until('pushes', () => client.pushes.length === count());
    t.strictSame(client.known, served.world.truth());
    t.strictSame(
      client.pushes,
      served.world.pushed.slice(begun).map(({ data }) => data),
      'each once',
    );
    t.equal(client.snapshots, 1);
    const byParameter = await EventStream.open(served.port, `${path}?lastEventId=${oldest}`, daily);
    await byParameter.until('an event', () => byParameter.events.length > 0);
    t.notOk(byParameter.names.includes('snapshot'));
    for (const [query, headers] of [
      ['?lastEventId=', {}],
      [`?lastEventId=${oldest}&kind=call`, {}],
      [`?lastEventId=${oldest}99999`, {}],
      ['?lastEventId=zz.zz-1', {}],
      ['', { 'Last-Event-ID': 'none of ours; "' }],
      [`?lastEventId=${oldest}`, { 'Last-Event-ID': 'x' }],
    ] as const) {
      const anew = await served.open(query, { ...daily, ...headers });
      await anew.until('an event', () => anew.events.length > 0);
      t.equal(anew.names[0], 'snapshot', `${query} ${JSON.stringify(headers)}`);
    }
  },
);

served('filters', async (t, served) => {
  const names = async (query: string): Promise<EventStream> => {
    const stream = await served.open(query);
    await stream.until('a snapshot', () => stream.events.length > 0);
    return stream;
  };
  const queue = await names('?kind=queue&kind=member&kind=caller&queue=630');
  const desk = await names('?kind=call,push&extension=800');
  const hangups = await names('?kind=hangup,cc_cdr');
  await served.hear();
  // The marker comes last to each.
  served.world.live.stop();
  for (const stream of [queue, desk, hangups]) await stream.until('its end', () => stream.state === 'ended');
  const told = (stream: EventStream): string[] => [...new Set(stream.names)].sort();
  t.strictSame(told(queue), ['caller', 'member', 'queue', 'snapshot']);
  const keys = queue.events.slice(1).map(({ data }) => (data as { key: string }).key);
  t.ok(keys.every((key) => key.split(' ')[0] === '630') && keys.length > 3, keys.join());
  t.match(told(desk).join(), /^call,.*dialbegein,.*snapshot$/);
  t.notMatch(told(desk).join(), /\b(?:queue|member|caller|extension)\b/);
  t.strictSame(told(hangups), ['cc_cdr', 'hangup', 'snapshot']);
  for (const [query, text] of [
    ['?kind=Call', /kind/],
    ['?extension=8;0', /extension/],
    [`?lastEventId=${'a'.repeat(61)}`, /lastEventId/],
    [`?kind=${Array<string>(101).fill('call').join()}`, /kind/],
  ] as const) {
    const { status, body } = await ask(served.port, 'GET', path + query, daily);
    t.match({ status, body }, { status: 400, body: text }, query);
  }
});

served('a comment every 5 s', async (t, served) => {
  const stream = await served.open();
  await stream.until('a snapshot', () => stream.events.length > 0);
  const comments = (): number => stream.text.split('\n\n').filter((block) => block === ':').length;
  await served.world.clock.advance(4_999);
  t.equal(comments(), 0);
  for (const count of [1, 2, 3]) {
    t.equal(await served.world.clock.advance(5_000), 1);
    await stream.until('a comment', () => comments() === count);
  }
});

/** Sends a request, and reads nothing. */
async function openDeaf(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${daily.Authorization}\r\n\r\n`);
  return socket;
}

served('who does not read is cut off at the bound, and the others go on', async (t, served) => {
  const client = new Client();
  const stream = await served.open('', daily, client);
  const deaf = await openDeaf(served.port);
  t.ok(await served.counts(2));
  const word = 'x'.repeat(30_000);
  const body = { event: 'ivr', word } as unknown as Parameters<World['live']['pushed']>[0]['body'];
  let count = 0;
  // What the network holds, on both sides, is not bounded here: some MB.
  while (served.readers === 2 && count < 2_000) {
    served.world.live.pushed({ callId: 'c', body } as Parameters<World['live']['pushed']>[0], () => []);
    count++;
    await served.world.settle();
    await stream.until('each', () => client.pushes.length === count);
  }
  t.equal(served.readers, 1, `after ${count * word.length} bytes`);
  t.equal(stream.state, 'open');
  const gone = once(deaf, 'close');
  deaf.resume();
  await gone;
  t.equal(stream.names.filter((name) => name === 'ivr').length, count);
});

served('who reads everything is never cut off, however much comes at once, or was missed', async (t, served) => {
  const client = new Client();
  const first = await served.open('', daily, client);
  await first.until('a snapshot', () => first.events.length > 0);
  const word = 'x'.repeat(30_000);
  const body = { event: 'ivr', word } as unknown as Parameters<World['live']['pushed']>[0]['body'];
  const push = (count: number): void => {
    for (let i = 0; i < count; i++)
      served.world.live.pushed({ callId: 'c', body } as Parameters<World['live']['pushed']>[0], () => []);
  };
  push(10);
  await served.world.settle();
  await first.until('ten', () => client.pushes.length === 10);
  t.equal(first.state, 'open');
  const { last } = first;
  first.close();
  t.ok(await served.counts(0));
  push(20);
  const second = await served.open('', { ...daily, 'Last-Event-ID': last }, client);
  await second.until('twenty', () => client.pushes.length === 30);
  push(10);
  await served.world.settle();
  await second.until('ten more', () => client.pushes.length === 40);
  t.equal(client.snapshots, 1);
  t.equal(new Set(client.ids).size, 41);
});

served('too many streams: 10 of one user, 200 in all; a place is free when one leaves', async (t, served) => {
  const own = await served.signIn('boss');
  const streams = await Promise.all(Array.from({ length: 10 }, () => served.open('', own)));
  const refused = await ask(served.port, 'GET', path, own);
  t.match(refused, { status: 503, headers: { 'retry-after': '5' }, body: /too many streams are open/ });
  t.equal((await ask(served.port, 'HEAD', path, own)).status, 503);
  const other = await served.open('', await served.signIn('anna'));
  t.equal(other.status, 200, 'another user');
  streams[3]?.close();
  t.ok(await served.counts(10));
  for (let i = 0; i < 3; i++) {
    const head = await ask(served.port, 'HEAD', path, own);
    t.match(head, { status: 200, body: '', headers: { 'content-type': /^text\/event-stream/ } }, 'HEAD keeps no place');
  }
  t.equal(served.readers, 10, 'HEAD reads nothing');
  t.equal((await served.open('', own)).status, 200);
  const rest = await Promise.all(Array.from({ length: 189 }, () => served.open()));
  t.ok(rest.every(({ status }) => status === 200));
  t.equal(served.readers, 200);
  t.equal((await ask(served.port, 'GET', path, daily)).status, 503);
  rest[0]?.close();
  t.ok(await served.counts(199));
  t.equal((await served.open()).status, 200);
});

served('a stream ends with its session: password, role, end of the user, WEBKEY, 12 hours', async (t, served) => {
  const { world } = served;
  const change = (name: string, user: User | undefined): void => {
    const now = new Map(served.settings.users);
    if (user === undefined) now.delete(name);
    else now.set(name, user);
    served.settings = { ...served.settings, users: now };
    world.live.recheck();
  };
  const bossStream = await served.open('', await served.signIn('boss'));
  const other = await hashPassword('another');
  for (const [what, user] of [
    ['password', { ...anna, hash: other }],
    ['role', { ...anna, role: 'supervisor' }],
    ['extension', { ...anna, extension: '801' }],
    ['the user', undefined],
  ] as const) {
    change('anna', anna);
    const stream = await served.open('', await served.signIn('anna'));
    await stream.until('a snapshot', () => stream.events.length > 0);
    change('anna', user);
    await stream.until('its end', () => stream.state !== 'open');
    t.equal(stream.state, 'ended', what);
  }
  t.equal(bossStream.state, 'open', 'nobody else’s');
  const byKey = await served.open();
  served.settings = { ...served.settings, webkey: 'another' };
  world.live.recheck();
  await byKey.until('its end', () => byKey.state === 'ended');
  t.equal(bossStream.state, 'open');
  served.ahead += sessionSeconds * 1000;
  await world.clock.advance(15_000);
  await world.settle();
  await bossStream.until('its end', () => bossStream.state === 'ended');
  t.ok(await served.counts(0));
});

served('the daemon stops: streams end in order, and none begins', async (t, served) => {
  const streams = await Promise.all([served.open(), served.open('?kind=call')]);
  for (const stream of streams) await stream.until('a snapshot', () => stream.events.length > 0);
  served.world.live.stop();
  for (const stream of streams) await stream.until('its end', () => stream.state !== 'open');
  t.strictSame(
    streams.map(({ state }) => state),
    ['ended', 'ended'],
  );
  t.match(await ask(served.port, 'GET', path, daily), { status: 200, body: '' });
  await served.server.stop();
  t.equal(served.readers, 0);
});

served('a ticket opens one stream, and only a ticket for that', async (t, served) => {
  await served.hear(ringing);
  const own = await served.signIn('anna');
  const ticket = await served.ticket(own);
  const client = new Client();
  for (const count of [1, 2])
    t.match(await ask(served.port, 'HEAD', `${path}?ticket=${ticket}`), { status: 200, body: '' }, `HEAD, ${count}`);
  const stream = await served.open(`?ticket=${ticket}`, {}, client);
  await stream.until('a snapshot', () => stream.events.length > 0);
  t.strictSame(client.known, served.world.truth({ own: '800' }), 'with the rights of who got it');
  t.equal((await ask(served.port, 'GET', `${path}?ticket=${ticket}`)).status, 401, 'twice');
  t.equal((await ask(served.port, 'HEAD', `${path}?ticket=${ticket}`)).status, 401, 'used up for HEAD too');
  const other = await served.ticket(own, 'purpose=recording&path=/a.wav');
  t.equal((await ask(served.port, 'GET', `${path}?ticket=${other}`)).status, 401, 'for something else');
  t.equal((await ask(served.port, 'GET', path)).status, 401, 'none');
  t.equal((await ask(served.port, 'POST', path, daily)).status, 405);
  // The session of the ticket is the stream's.
  served.settings = { ...served.settings, users: new Map([['boss', boss]]) };
  served.world.live.recheck();
  await stream.until('its end', () => stream.state === 'ended');
});

served('an agent sees the states of all, and of calls, queues and pushes what is its own', async (t, served) => {
  const [agent, stranger, supervisor] = [new Client(), new Client(), new Client()];
  served.settings = {
    ...served.settings,
    users: new Map([...users, ['otto', { ...anna, name: 'otto', extension: '805' }]]),
  };
  const streams = [
    await served.open('', await served.signIn('anna'), agent),
    await served.open('?extension=800', await served.signIn('otto'), stranger),
    await served.open('', await served.signIn('boss'), supervisor),
  ];
  await served.hear(ringing);
  for (const stream of streams) await stream.until('something', () => stream.events.length > 1);
  const { world } = served;
  t.strictSame(supervisor.known, world.truth(everything));
  t.strictSame(agent.known, world.truth({ own: '800' }));
  const kinds = (client: Client): string[] =>
    Object.entries(client.known ?? {}).flatMap(([kind, things]) => (Object.keys(things).length > 0 ? [kind] : []));
  t.strictSame(kinds(supervisor), ['extension', 'queue', 'member', 'caller', 'call']);
  t.strictSame(kinds(agent), ['extension', 'queue', 'member', 'call'], 'its own call, and who waits for nobody');
  t.ok(Object.keys(agent.known?.['extension'] ?? {}).length > 3, 'its colleagues');
  t.strictSame(kinds(stranger), ['extension', 'member'], 'by a filter it sees no more');
  await served.hear();
  world.live.stop();
  for (const stream of streams) await stream.until('its end', () => stream.state === 'ended');
  const events = (stream: EventStream): string[] => [...new Set(stream.names)].sort();
  t.ok(events(streams[0]!).includes('cc_cdr'), 'the record of a call that it answered');
  t.strictSame(events(streams[1]!), ['extension', 'extensionstatus', 'member', 'snapshot']);
});

served('a client of HTTP/1.0 gets it without chunks', async (t, served) => {
  const answer = raw(served.port, `GET ${path} HTTP/1.0\r\nAuthorization: ${daily.Authorization}\r\n\r\n`);
  t.ok(await served.counts(1));
  await served.hear(ringing);
  served.world.live.stop();
  const [head = '', body = ''] = (await answer).split(/\r\n\r\n([^]*)/);
  t.notMatch(head, /transfer-encoding/i);
  t.match(body, /^retry: 2000\n\nid: /);
});
