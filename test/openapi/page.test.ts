import type { Page } from 'playwright-core';
import t from 'tap';
import { HttpServer } from '../../src/http/server.ts';
import { documentationRoutes } from '../../src/http/routes/documentation.ts';
import { Documentation } from '../../src/openapi/documentation.ts';
import { systemClock } from '../../src/system/clock.ts';
import { ask, memoryLog } from '../http/client.ts';
import { settings } from '../http/toy.ts';
import { openPage, startBrowser } from '../lab/browser.ts';
import { made, routes } from './made.ts';

const documentation = new Documentation({ routes, version: '0.1.0', clock: systemClock });
const server = new HttpServer({
  routes: documentationRoutes({ documentation: (name) => documentation.get(name) }),
  log: memoryLog(),
  settings: () => settings,
});
await server.start();
t.teardown(async () => {
  documentation.stop();
  await server.stop();
});
const port = server.ports[0]!;
const url = `http://127.0.0.1:${port}/docs`;

/** Paths of the blocks that are shown. */
const shown = (page: Page): Promise<string[]> => page.locator('.operation:visible .path').allTextContents();

void t.test('the document is served compressed, and only when it is another', async (t) => {
  const path = '/coocenter-api/openapi.json';
  const plain = await ask(port, 'GET', path);
  t.match(plain, { status: 200, headers: { 'content-type': /^application\/json/, 'cache-control': 'no-cache' } });
  t.strictSame(JSON.parse(plain.body), made, 'it is the document');
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'gzip' } });
  t.equal(answer.headers.get('content-encoding'), 'gzip');
  t.strictSame(await answer.json(), made);
  t.ok(Number(answer.headers.get('content-length')) < plain.body.length / 5, 'a fifth is enough');
  const { etag = '' } = plain.headers;
  for (const tag of [etag, etag.slice(2), `"x", ${etag}`, '*']) {
    const again = await ask(port, 'GET', path, { 'If-None-Match': tag });
    t.match(again, { status: 304, body: '', headers: { etag } }, tag);
  }
  t.equal((await ask(port, 'GET', path, { 'If-None-Match': '"x"' })).status, 200);
  for (const coding of ['gzip;q=0', 'br', 'identity, gzip;q=0.0']) {
    const { headers } = await ask(port, 'GET', path, { 'Accept-Encoding': coding });
    t.equal(headers['content-encoding'], undefined, coding);
  }
  t.equal((await ask(port, 'HEAD', path)).headers['content-length'], String(Buffer.byteLength(plain.body)));
  t.equal((await ask(port, 'GET', '/docs/other.js')).status, 404);
});

void t.test('the page, by mouse and by keys, in light and dark, on a phone and on a desk', async (t) => {
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const colours = new Set<unknown>();
  for (const width of [360, 800, 1400]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const options = { viewport: { width, height: 800 }, colorScheme };
      const { page, errors, requests } = await openPage(browser, `${url}#pushcc_cdr`, options);
      const name = `${width} ${colorScheme}`;
      colours.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      await page.evaluate('for (const block of document.querySelectorAll(".operation")) block.open = true');
      t.equal(await page.evaluate('document.documentElement.scrollWidth'), width, `${name}: nothing is cut off`);
      t.strictSame(errors, [], name);
      t.ok(
        requests.every((one) => one.startsWith(`http://127.0.0.1:${port}/docs`) || one === 'data:,'),
        `${name}: it asks for nothing else`,
      );
      await page.context().close();
    }
  }
  t.equal(colours.size, 2);

  const { page } = await openPage(browser, url, { viewport: { width: 1400, height: 900 } });
  const all = await shown(page);
  t.strictSame(all.toSorted(), [...Object.keys(made.paths), ...Object.keys(made.webhooks)].toSorted());
  await page.keyboard.press('/');
  await page.keyboard.type('click number');
  t.strictSame(await shown(page), [
    '/coocenter-api/extensions/click-number',
    '/coocenter-api/plugin-asterisk/extension/click-number',
  ]);
  t.equal(await page.locator('nav ul ul a:visible').count(), 2, 'the menu has what is found');
  t.equal(await page.locator('output').textContent(), '2');
  await page.keyboard.press('Enter');
  const open = page.locator('.operation[open]');
  t.equal(await open.count(), 1, 'Enter opens the first');
  t.match(await open.innerText(), `curl "http://127.0.0.1:${port}/coocenter-api/extensions/click-number" \\\n  -H`);
  t.equal(await page.evaluate('document.activeElement.tagName'), 'SUMMARY');
  await page.keyboard.press('Enter');
  t.equal(await open.count(), 0, 'and Enter folds it again');
  await page.locator('#search').fill('wrapup-nowhere');
  t.strictSame(await shown(page), []);
  await page.locator('#search').press('Escape');
  t.strictSame(await shown(page), all);
  await page.locator('nav a', { hasText: 'cc_cdr' }).first().click();
  t.match(await open.innerText(), 'missCause');
  await page.context().close();

  const without = await browser.newContext({ javaScriptEnabled: false });
  const bare = await without.newPage();
  await bare.goto(url);
  t.equal((await shown(bare)).length, all.length, 'it can be read without its script');
  t.equal(await bare.locator('.search').isVisible(), false);
});

void t.test('nothing of others runs in the page', async (t) => {
  const { headers, body } = await ask(port, 'GET', '/docs');
  t.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self'; style-src 'self';/);
  t.notMatch(body, /<script(?! src="\/docs\/page\.js" defer><)|\son\w+=|style=|<[^>]*https?:\/\//);
});
