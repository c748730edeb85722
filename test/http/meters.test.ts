import t from 'tap';
import { ask, raw } from './client.ts';
import { auth, toy } from './toy.ts';

void t.test('requests are counted by route: what clients send makes no labels of its own', async (t) => {
  const { port, server } = await toy(t);
  await ask(port, 'GET', '/info?page=1', auth);
  await ask(port, 'HEAD', '/info', auth);
  await ask(port, 'GET', '/info');
  for (let i = 0; i < 300; i++) await ask(port, 'GET', `/nothing/${i}`, auth);
  for (const method of ['PUT', 'PATCH', 'PROPFIND', 'DELETE']) await ask(port, method, '/info', auth);
  await ask(port, 'OPTIONS', '/info');
  await raw(port, 'GET /info HTTP/1.1\r\nHost: x\r\nbad\r\n\r\n');
  await raw(port, 'CONNECT /info HTTP/1.1\r\nHost: x\r\n\r\n');
  const shown = server.meters.requests
    .samples()
    .map(({ labels: { method, path, status }, value }) => `${method ?? ''} ${path ?? ''} ${status ?? ''}: ${value}`);
  t.strictSame(
    shown.sort(),
    [
      'DELETE other 405: 1',
      'GET /info 200: 1',
      'GET /info 401: 1',
      'GET other 404: 300',
      'HEAD /info 200: 1',
      'OPTIONS other 204: 1',
      'other other 400: 1',
      'other other 405: 4',
    ].sort(),
  );
  const counts = server.meters.seconds.samples().filter(({ suffix }) => suffix === '_count');
  t.strictSame(
    counts.map(({ labels: { method, path }, value }) => `${method ?? ''} ${path ?? ''}: ${value}`).sort(),
    ['DELETE other: 1', 'GET /info: 2', 'GET other: 300', 'HEAD /info: 1', 'OPTIONS other: 1', 'other other: 3'].sort(),
  );
});
