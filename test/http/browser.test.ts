import t from 'tap';
import { success } from '../../src/http/answer.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { route } from '../../src/http/route.ts';
import { HttpServer } from '../../src/http/server.ts';
import { ask, memoryLog } from './client.ts';

const { general } = parseConfig('[general]\nallow_origin = http://crm.example', 'api.conf').config;

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const firefox60 = 'Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0';
const explorer = 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko';

/** What each browser sends beside the headers that matter here. */
const browser = { 'User-Agent': chrome, 'Accept-Language': 'en', 'Accept-Encoding': 'gzip, deflate', Accept: '*/*' };
const page = { ...browser, Accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'Upgrade-Insecure-Requests': '1' };
const image = { ...browser, Accept: 'image/avif,image/webp,image/*,*/*;q=0.8' };
const evil = 'http://evil.example';

type Headers = Readonly<Record<string, string>>;
type Row = readonly [what: string, method: 'GET' | 'POST' | 'DELETE', headers: (port: number) => Headers];

const refused: readonly Row[] = [
  ['an image', 'GET', () => ({ ...image, Referer: `${evil}/` })],
  ['an image of a page that holds back its address, over HTTP', 'GET', () => image],
  ['an image, to localhost or over HTTPS', 'GET', () => ({ ...image, 'Sec-Fetch-Site': 'cross-site' })],
  ['an image of another port of the box', 'GET', () => ({ ...image, Referer: 'http://127.0.0.1:81/' })],
  ['an image of another host of the site', 'GET', () => ({ ...image, 'Sec-Fetch-Site': 'same-site' })],
  ['a script', 'GET', () => ({ ...browser, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'script' })],
  ['a script over HTTP', 'GET', () => browser],
  ['a link', 'GET', () => ({ ...page, Referer: `${evil}/a?b` })],
  ['a link of a page that holds back its address', 'GET', () => page],
  ['a link to HTTPS', 'GET', () => ({ ...page, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' })],
  ['a link after several redirects', 'GET', () => ({ ...page, 'Sec-Fetch-Site': 'none, cross-site' })],
  ['a WebSocket', 'GET', () => ({ ...browser, Origin: evil, Connection: 'Upgrade', Upgrade: 'websocket' })],
  ['fetch without CORS', 'POST', () => ({ ...browser, Origin: evil, 'Content-Type': 'text/plain' })],
  ['fetch of a sandboxed frame', 'POST', () => ({ ...browser, Origin: 'null' })],
  ['a form', 'POST', () => ({ ...page, Origin: evil, Referer: `${evil}/` })],
  ['a form of a data: page', 'POST', () => ({ ...page, Origin: 'null' })],
  ['a form in an old Firefox', 'POST', () => ({ ...page, 'User-Agent': firefox60, Referer: `${evil}/` })],
  ['a form in an old Firefox, without Referer', 'POST', () => ({ ...page, 'User-Agent': firefox60 })],
  ['a form in Internet Explorer, without Referer', 'POST', () => ({ ...page, 'User-Agent': explorer })],
  ['fetch with CORS', 'DELETE', () => ({ ...browser, Origin: evil })],
];

const served: readonly Row[] = [
  ['curl', 'GET', () => ({ 'User-Agent': 'curl/8.5.0', Accept: '*/*' })],
  ['curl', 'POST', () => ({ 'User-Agent': 'curl/8.5.0', Accept: '*/*' })],
  ['a client without any header', 'GET', () => ({})],
  ['a client without any header', 'DELETE', () => ({})],
  [
    'Indy (Delphi)',
    'GET',
    () => ({
      'User-Agent': 'Mozilla/3.0 (compatible; Indy Library)',
      Accept: 'text/html, */*',
      'Accept-Language': 'en',
    }),
  ],
  ['WinHTTP', 'GET', () => ({ 'User-Agent': 'Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)' })],
  [
    'MSXML2.XMLHTTP in a desktop program',
    'POST',
    () => ({ ...browser, 'User-Agent': explorer, 'Content-Type': 'application/x-www-form-urlencoded' }),
  ],
  ['a page of the box', 'GET', (port) => ({ ...browser, Referer: `http://127.0.0.1:${port}/page` })],
  ['a page of the box', 'GET', () => ({ ...browser, 'Sec-Fetch-Site': 'same-origin' })],
  ['a page of the box', 'POST', (port) => ({ ...page, Origin: `http://127.0.0.1:${port}` })],
  ['an address that a person typed', 'GET', () => ({ ...page, 'Sec-Fetch-Site': 'none' })],
  ['an image of an allowed page', 'GET', () => ({ ...image, Referer: 'http://crm.example/a' })],
  [
    'a script of an allowed page',
    'POST',
    () => ({ ...browser, Origin: 'http://crm.example', 'Sec-Fetch-Site': 'cross-site' }),
  ],
  [
    'an extension (contract §4.15)',
    'POST',
    () => ({ ...browser, Origin: 'chrome-extension://abc', 'Sec-Fetch-Site': 'none' }),
  ],
];

void t.test('without a WEBKEY no page of another site makes the box act', async (t) => {
  let acted = 0;
  const act = (): ReturnType<typeof success> => {
    acted++;
    return success('done');
  };
  const methods = ['GET', 'POST', 'DELETE'] as const;
  const server = new HttpServer({
    routes: [
      route({ methods, path: '/act', summary: 'Acts', acts: true, handle: act }),
      route({ methods: ['POST'], path: '/post', summary: 'Acts', handle: act }),
      route({ methods: ['GET', 'POST'], path: '/read', summary: 'Reads', handle: () => success('read') }),
    ],
    log: memoryLog(),
    settings: () => ({ ...general, bindAddr: '127.0.0.1', bindPort: 0 }),
  });
  await server.start();
  t.teardown(() => server.stop());
  const port = server.ports[0]!;
  for (const [what, method, headers] of refused) {
    const answer = await ask(port, method, '/act', headers(port));
    t.match(
      answer,
      { status: 403, body: /pages .* are not allowed: set a WEBKEY, or allow_origin/ },
      `${method}: ${what}`,
    );
    if (method === 'POST') t.equal((await ask(port, method, '/post', headers(port))).status, 403, `${what}, POST only`);
  }
  t.equal(acted, 0);
  for (const [what, method, headers] of served) {
    t.equal((await ask(port, method, '/act', headers(port))).status, 200, `${method}: ${what}`);
  }
  t.equal(acted, served.length);
  t.match(await ask(port, 'HEAD', '/act'), { status: 405, headers: { allow: 'GET, POST, DELETE, OPTIONS' } });
  t.equal((await ask(port, 'HEAD', '/act', { Host: '127.0.0.1' })).status, 405);
  t.equal(acted, served.length, 'HEAD never acts');
  t.equal((await ask(port, 'HEAD', '/read')).status, 200);
  const player = { ...browser, Referer: 'http://crm.example.org/', 'Sec-Fetch-Site': 'cross-site' };
  t.equal((await ask(port, 'GET', '/read', player)).status, 200, 'a link to a recording, on any page');
  t.equal((await ask(port, 'GET', '/read', { ...browser, Origin: evil })).status, 403, 'but no script reads');
  t.equal(
    (await ask(port, 'GET', '/act', { Host: 'evil.example' })).status,
    421,
    'nor a name that was turned to the box',
  );
});
