import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import t from 'tap';
import { tokenOf } from '../../src/http/auth.ts';
import { ask, raw } from './client.ts';
import { auth, pause, today, toy } from './toy.ts';

void t.test(
  'guesses are answered 429 after a few, wherever from; a right token passes; a repeated wrong one costs nothing',
  async (t) => {
    const { port, log } = await toy(t);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.teardown(() => {
      agent.destroy();
    });
    const guess = async (token: string): Promise<number> => {
      const request = httpRequest({ port, agent, path: '/info', headers: { Authorization: token } }).end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      if (response.statusCode === 429) t.match(response.headers, { 'retry-after': /^[1-9]$/, connection: 'close' });
      response.resume();
      await once(response, 'end');
      return response.statusCode ?? 0;
    };
    t.equal(await guess(auth.Authorization), 200, 'a right one was there before');
    const old = await Promise.all(Array.from({ length: 60 }, () => guess(tokenOf('k', '2020-01-01'))));
    t.strictSame([...new Set(old)], [401], 'the clients of an office with an old token');
    const guesses: number[] = [];
    for (let tried = 0; tried < 60; tried++) guesses.push(await guess(tokenOf(`guess ${tried}`, today)));
    t.strictSame([...new Set(guesses)], [401, 429]);
    t.ok(guesses.filter((status) => status === 429).length > 20, 'though a right token came from here');
    t.equal(await guess(tokenOf('k', '2020-01-01')), 401, 'the old one as ever');
    const right = await Promise.all(Array.from({ length: 120 }, () => ask(port, 'GET', '/info', auth)));
    t.strictSame([...new Set(right.map(({ status }) => status))], [200], 'and every right one passes');
    t.equal((await ask(port, 'GET', '/health')).status, 200, 'what needs no token is answered');
    const lines = log.lines.filter((line) => !line.startsWith('debug'));
    t.match(lines, [/^warning wrong token from/, /^warning 127.0.0.1 sends one wrong token after another/]);
    t.equal(lines.length, 2, 'one line of each kind, however many there are');
  },
);

void t.test(
  'a connection that sends more behind a wrong token is closed; one with a right token is served',
  async (t) => {
    const { port, calls } = await toy(t);
    const get = (token: string, path = '/info'): string =>
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${token}\r\n\r\n`;
    const post = `POST ${pause}?queue=630&member=808&state=on HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${auth.Authorization}\r\n\r\n`;
    const last = get(auth.Authorization).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    const statuses = (text: string): readonly string[] => text.match(/(?<=HTTP\/1\.1 )\d+/g) ?? [];
    for (const path of ['/info', '/nothing']) {
      // It ends although the client does not close.
      const received = await raw(port, get('wrong', path).repeat(12) + post);
      t.ok(statuses(received).length <= 2, path);
      t.match(received, /Connection: close\r\n/);
    }
    t.strictSame(calls, [], 'whatever comes behind, with whatever token, is not carried out');
    const mixed = [get(auth.Authorization), get(auth.Authorization, '/nothing'), post, get(auth.Authorization)];
    const received = await raw(port, mixed.join('').repeat(3) + last);
    t.strictSame(statuses(received), [...Array.from({ length: 3 }, () => ['200', '404', '200', '200']).flat(), '200']);
    t.equal(calls.length, 3);
  },
);

void t.test('RFC 9110 §10.1.1: 100 Continue comes after the token, else the final answer at once', async (t) => {
  const { port, calls } = await toy(t, {}, { bodyTime: 60_000, headerTime: 60_000 });
  const body = 'queue=630&member=808&state=on';
  const head = (token: string, extra = '', length = body.length): string =>
    `POST ${pause} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${token}\r\n${extra}Content-Length: ${length}\r\n`;
  const statuses = (text: string): readonly string[] => text.match(/HTTP\/1\.1 \d+/g) ?? [];
  const refusals: readonly [status: number, head: string][] = [
    [401, head('wrong')],
    [413, head(auth.Authorization, '', 17_000)],
    [415, head(auth.Authorization, 'Content-Type: text/plain\r\n')],
    [404, head(auth.Authorization).replace(pause, '/nothing')],
    [401, head('wrong', 'Transfer-Encoding: chunked\r\n').replace(/Content-Length.*\r\n/, '')],
  ];
  for (const [status, text] of refusals) {
    // Without a body that comes, it ends only because the server closes.
    t.strictSame(statuses(await raw(port, `${text}Expect: 100-continue\r\n\r\n`)), [`HTTP/1.1 ${status}`]);
  }
  const other = await raw(port, `${head(auth.Authorization)}Expect: 200-ok\r\n\r\n`);
  t.match(other, /^HTTP\/1\.1 417 .*\{"status":"error","message":"expectation not supported: 200-ok"\}$/s);
  t.strictSame(calls, []);
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  let received = '';
  socket.on('data', (chunk) => {
    received += String(chunk);
    if (received === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write(body);
  });
  socket.write(`${head(auth.Authorization)}Connection: close\r\nExpect: 100-Continue\r\n\r\n`);
  await once(socket, 'close');
  t.strictSame(statuses(received), ['HTTP/1.1 100', 'HTTP/1.1 200']);
  t.equal(calls.length, 1);
});
