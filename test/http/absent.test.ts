import t from 'tap';
import { absentPart } from '../../src/http/absent.ts';
import { Router } from '../../src/http/router.ts';
import { ask } from './client.ts';
import { auth, toy } from './toy.ts';

void t.test('contract §5.2: what is left out says so', async (t) => {
  const gone = [
    ['/coocenter-api/plugin-config/extension/list', 'plugin-config'],
    ['/coocenter-api/plugin-coopaging/x', 'plugin-coopaging'],
    ['/coocenter-api/plugin-player/', 'plugin-player'],
    ['/coocenter-api/plugin-player', 'plugin-player'],
  ] as const;
  for (const [path, name] of gone) t.equal(absentPart(path), `${name} is not part of this product`);
  for (const path of ['/plugin-config/x', '/coocenter-api/plugin-configs/x', '/coocenter-api/plugin-asterisk/x']) {
    t.equal(absentPart(path), undefined, path);
    t.throws(() => new Router([]).match(path), { status: 404, message: 'no such path' });
  }
  const { port } = await toy(t);
  const path = gone[0][0];
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD']) {
    const { status, body } = await ask(port, method, path, auth);
    t.equal(status, 404, method);
    if (method !== 'HEAD') t.equal(body, '{"status":"error","message":"plugin-config is not part of this product"}');
  }
  const preflight = { Origin: 'http://crm.example', 'Access-Control-Request-Method': 'PUT' };
  t.match(await ask(port, 'OPTIONS', path, preflight), {
    status: 204,
    headers: { 'access-control-allow-methods': /PUT/ },
  });
});
