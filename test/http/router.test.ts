import t from 'tap';
import { success } from '../../src/http/answer.ts';
import * as params from '../../src/http/params.ts';
import { route, routeTable } from '../../src/http/route.ts';
import { Router } from '../../src/http/router.ts';

void t.test('the route table', (t) => {
  const handle = (): ReturnType<typeof success> => success('x');
  const routes = [
    route({ methods: ['GET', 'POST'], path: '/a', summary: 'A', handle }),
    route({ methods: ['DELETE'], path: '/a', summary: 'D', params: { number: params.blacklistNumber }, handle }),
    route({ methods: ['GET'], path: '/m/*', summary: 'M', access: 'open', handle }),
  ];
  const router = new Router(routes);
  t.equal(router.match('/a').allow, 'GET, POST, DELETE, HEAD, OPTIONS');
  t.equal(router.match('/a').route('HEAD'), routes[0]);
  t.equal(router.match('/a').route('DELETE'), routes[1]);
  t.equal(router.match('/m/x/%2e').rest, 'x/%2e');
  t.match(
    t.throws(() => router.match('/a').route('PUT')),
    { status: 405, headers: { Allow: 'GET, POST, DELETE, HEAD, OPTIONS' } },
  );
  for (const path of ['/', '/a/', '/A', '/m', '//a', '/%61', '/__proto__'])
    t.throws(() => router.match(path), { message: 'no such path' }, path);
  t.throws(() => new Router([...routes, ...routes]), { message: 'two routes for GET /a' });
  t.strictSame(
    routeTable(routes).map(({ method, path }) => `${method} ${path}`),
    ['GET /a', 'POST /a', 'DELETE /a', 'GET /m/*'],
  );
  t.match(routeTable(routes)[2], {
    params: [{ name: 'number', required: true, isList: false, allowed: params.blacklistNumber.allowed }],
    access: 'contract',
  });
  t.end();
});
