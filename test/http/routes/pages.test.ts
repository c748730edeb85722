import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { buildPages } from '../../../packaging/build/pages.ts';
import { inFolder, type PageManifest } from '../../../src/http/page-files.ts';
import { pageRoutes, type PageSettings } from '../../../src/http/routes/pages.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { hashPassword } from '../../../src/users/password.ts';
import type { User } from '../../../src/users/user.ts';
import { ask, memoryLog } from '../client.ts';
import { accountsWith } from '../../users/made.ts';
import { auth, settings } from '../toy.ts';

interface Served {
  readonly port: number;
  readonly manifest: PageManifest;
  /** The headers of a wallboard. */
  readonly screen: Readonly<Record<string, string>>;
  origins: PageSettings['origins'];
}

async function serve(t: Test, isBuilt = true): Promise<Served> {
  const dir = t.testdir();
  const manifest = isBuilt ? await buildPages(dir) : { files: {} };
  const pageSettings: PageSettings = {
    origins: [],
    popUrl: 'crm://show/${caller}',
    popOn: 'answer',
    popIn: 'new_tab',
    wrapupSeconds: 30,
    menus: new Map([['610', 'working time']]),
  };
  const state = { ...pageSettings };
  const screen: User = { name: 'screen', role: 'wallboard', extension: '', hash: await hashPassword('correct horse') };
  const accounts = accountsWith(() => ({ webkey: 'k', users: new Map([['screen', screen]]) }));
  const server = new HttpServer({
    routes: pageRoutes({ pages: inFolder(pathToFileURL(`${dir}/`)), pageSettings: () => state, version: '0.1.0+x' }),
    log: memoryLog(),
    settings: () => settings,
    accounts,
  });
  await server.start();
  t.teardown(() => server.stop());
  const { token } = (await accounts.signIn('screen', 'correct horse', () => undefined))!;
  return Object.assign(state, { port: server.ports[0]!, manifest, screen: { Authorization: `Bearer ${token}` } });
}

const gzip = { 'Accept-Encoding': 'gzip, deflate, br' };

void t.test('a page is asked for each time, and what it loads is kept for a year', async (t) => {
  const { port, manifest } = await serve(t);
  const page = await ask(port, 'GET', '/wallboard');
  t.match(page, {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'$/,
      vary: /Accept-Encoding/,
    },
  });
  t.match(await ask(port, 'GET', '/wallboard', { 'If-None-Match': page.headers.etag! }), { status: 304, body: '' });
  const loaded = [...page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  t.ok(loaded.length >= 3, 'script, style and icon');
  for (const path of loaded) {
    const plain = await ask(port, 'GET', path);
    t.match(plain, { status: 200, headers: { 'cache-control': 'public, max-age=31536000, immutable' } }, path);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: gzip });
    t.equal(answer.headers.get('content-encoding'), 'gzip', path);
    t.equal(await answer.text(), plain.body, path);
    t.ok(Number(answer.headers.get('content-length')) < Buffer.byteLength(plain.body), 'compressed');
    t.equal((await ask(port, 'HEAD', path)).body, '');
  }
  for (const path of [
    '/assets/wallboard.html',
    '/assets/x.js',
    '/assets/manifest.json',
    '/assets/..%2fmanifest.json',
  ]) {
    t.equal((await ask(port, 'GET', path)).status, 404, path);
  }
  t.notOk(Object.hasOwn(manifest.files, 'constructor'));
  t.equal((await ask(port, 'GET', '/assets/constructor')).status, 404);
  t.equal((await ask(port, 'POST', '/wallboard')).status, 405);
});

void t.test('what pages are told of their box', async (t) => {
  const served = await serve(t);
  served.origins = ['https://crm.example'];
  t.equal((await ask(served.port, 'GET', '/coocenter-api/pages')).status, 401);
  const { body } = await ask(served.port, 'GET', '/coocenter-api/pages', auth);
  const utcOffset = -new Date().getTimezoneOffset();
  t.strictSame(JSON.parse(body), {
    status: 'success',
    message: 'pages',
    data: {
      version: '0.1.0+x',
      utcOffset,
      origins: ['https://crm.example'],
      popUrl: 'crm://show/${caller}',
      popOn: 'answer',
      popIn: 'new_tab',
      wrapupSeconds: 30,
      menus: { 610: 'working time' },
    },
  });
  const { data } = JSON.parse((await ask(served.port, 'GET', '/coocenter-api/pages', served.screen)).body) as {
    data: Record<string, unknown>;
  };
  t.match(data, { version: '0.1.0+x', popUrl: '' }, 'a screen on the wall opens nothing, and learns no key of the CRM');
});

void t.test('the bar may be shown by pages of the origins of api.conf, and nothing else by any', async (t) => {
  const served = await serve(t);
  const ancestors = async (path: string): Promise<string | undefined> =>
    /frame-ancestors (.*)$/.exec(String((await ask(served.port, 'GET', path)).headers['content-security-policy']))?.[1];
  t.equal(await ancestors('/toolbar'), "'none'");
  served.origins = ['https://crm.example', 'http://192.168.12.9:8080'];
  t.equal(await ancestors('/toolbar'), 'https://crm.example http://192.168.12.9:8080');
  t.equal(await ancestors('/wallboard'), "'none'");
});

void t.test('a browser that has the bar takes a new policy with it: Safari leaves that of a 304 out', async (t) => {
  const served = await serve(t);
  const statusOf = async (path: string, etag: string): Promise<number> =>
    (await ask(served.port, 'GET', path, { 'If-None-Match': etag })).status;
  served.origins = ['https://old-crm.example'];
  const [bar, board] = [await ask(served.port, 'GET', '/toolbar'), await ask(served.port, 'GET', '/wallboard')];
  t.equal(await statusOf('/toolbar', bar.headers.etag!), 304);
  served.origins = [];
  t.equal(await statusOf('/toolbar', bar.headers.etag!), 200, 'other pages may show it');
  t.equal(await statusOf('/wallboard', board.headers.etag!), 304, 'the others are as they were');
});

void t.test('run from source, pages that are not built are not there', async (t) => {
  const { port } = await serve(t, false);
  t.match(await ask(port, 'GET', '/wallboard'), { status: 404, body: /no such part of a page/ });
});

void t.test('a client that takes no gzip gets the very bytes', async (t) => {
  const { port } = await serve(t);
  const { body } = await ask(port, 'GET', '/wallboard');
  const answer = await fetch(`http://127.0.0.1:${port}/wallboard`, { headers: gzip });
  t.equal(await answer.text(), body);
  t.throws(() => gunzipSync(Buffer.from(body)), 'plain');
});
