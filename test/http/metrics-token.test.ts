import t from 'tap';
import { ask } from './client.ts';
import { auth, pause, toy } from './toy.ts';

const metricsToken = '0c1c8f2f6a9d4c1f';
const bearer = (token: string): { Authorization: string } => ({ Authorization: `Bearer ${token}` });

void t.test('the token of the metrics opens them and nothing else', async (t) => {
  const { port, calls } = await toy(t, { metricsToken });
  const status = async (path: string, headers = {}): Promise<number> => (await ask(port, 'GET', path, headers)).status;
  t.equal(await status('/numbers', bearer(metricsToken)), 200);
  t.equal(await status('/numbers', { Authorization: metricsToken }), 200, 'without Bearer');
  t.equal(await status('/numbers', auth), 200, 'the token of the day opens them too');
  t.equal(await status('/numbers'), 401);
  for (const wrong of [`${metricsToken}0`, metricsToken.slice(1), metricsToken.toUpperCase(), '']) {
    t.equal(await status('/numbers', bearer(wrong)), 401, `'${wrong}'`);
  }
  t.equal(await status(`/numbers?Authorization=${metricsToken}`), 401, 'it is not taken from a URL');
  for (const path of ['/info', '/ours']) t.equal(await status(path, bearer(metricsToken)), 401, path);
  const body = JSON.stringify({ queue: '630', member: '808', state: 'on' });
  const headers = { ...bearer(metricsToken), 'Content-Type': 'application/json' };
  t.equal((await ask(port, 'POST', pause, headers, body)).status, 401);
  t.strictSame(calls, [], 'nothing was done');
});

void t.test('an empty one opens nothing', async (t) => {
  const { port } = await toy(t);
  for (const token of ['', ' ', 'Bearer']) {
    t.equal((await ask(port, 'GET', '/numbers', bearer(token))).status, 401, `'${token}'`);
  }
});

void t.test('a reload changes it: the old one is worth nothing any more', async (t) => {
  const server = await toy(t, { metricsToken });
  const status = async (token: string): Promise<number> =>
    (await ask(server.port, 'GET', '/numbers', bearer(token))).status;
  t.equal(await status(metricsToken), 200);
  server.settings = { ...server.settings, metricsToken: 'another-token-of-it' };
  t.equal(await status(metricsToken), 401);
  t.equal(await status('another-token-of-it'), 200);
});

void t.test('without a WEBKEY it opens the metrics to other machines, and nothing else to them', async (t) => {
  const { port } = await toy(t, { webkey: '', metricsToken });
  // As a reverse proxy on the box sends what comes from elsewhere.
  const elsewhere = { 'X-Forwarded-For': '192.168.12.9' };
  const status = async (path: string, headers: object): Promise<number> =>
    (await ask(port, 'GET', path, { ...elsewhere, ...headers })).status;
  t.equal(await status('/numbers', bearer(metricsToken)), 200);
  t.equal(await status('/numbers', {}), 403);
  t.equal(await status('/numbers', bearer('a-wrong-token-of-it')), 403);
  t.equal(await status('/ours', bearer(metricsToken)), 403);
});
