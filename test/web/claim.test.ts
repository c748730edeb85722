import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import t from 'tap';
import { openPage, startBrowser } from '../lab/browser.ts';

/** A page that has `claim`, at an address that is not secure to browsers. */
async function claimPage(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: "import { claim } from './claim.ts'; globalThis.claim = claim;",
      resolveDir: join(import.meta.dirname, '../../src/web/base'),
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  return `<!doctype html><link rel="icon" href="data:,"><script>${outputFiles[0]?.text ?? ''}</script>`;
}

void t.test('of tabs that claim the same at once one is the first, and after a reload none', async (t) => {
  const html = await claimPage();
  const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(html));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const browser = await startBrowser('--host-resolver-rules=MAP box.test 127.0.0.1');
  t.teardown(async () => {
    await browser.close();
    server.close();
  });
  const url = `http://box.test:${(server.address() as AddressInfo).port}/`;
  const { page, errors } = await openPage(browser, url);
  t.equal(await page.evaluate('isSecureContext'), false);
  const tabs = [page];
  while (tabs.length < 4) {
    const tab = await page.context().newPage();
    await tab.goto(url);
    tabs.push(tab);
  }
  const ids = Array.from({ length: 20 }, (_, i) => `1796046082.${i}`);
  const claimAll = (): Promise<boolean[][]> =>
    Promise.all(tabs.map((tab) => tab.evaluate<boolean[]>(`Promise.all(${JSON.stringify(ids)}.map(claim))`)));
  const firsts = (outcomes: readonly boolean[][]): number[] =>
    ids.map((_, i) => outcomes.filter((outcome) => outcome[i]).length);
  const each = (n: number): number[] => ids.map(() => n);
  t.strictSame(firsts(await claimAll()), each(1), 'exactly one each');
  await Promise.all(tabs.map((tab) => tab.reload()));
  t.strictSame(firsts(await claimAll()), each(0), 'loaded anew they know it');
  t.ok(await page.evaluate("claim('another')"), 'a later call is another');

  const debuggers = await page.context().newCDPSession(page);
  const origin = new URL(url).origin;
  await debuggers.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
  t.strictSame(firsts(await claimAll()), each(1), 'one each also when somebody has cleared what the browser keeps');
  t.strictSame(errors, []);
});

void t.test('a browser that forbids a database: every tab is the first', async (t) => {
  const html = await claimPage();
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const { page } = await openPage(browser, `data:text/html,${encodeURIComponent(html)}`);
  t.strictSame(await page.evaluate("Promise.all([claim('1'), claim('1')])"), [true, true]);
});
