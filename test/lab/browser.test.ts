import { createServer } from 'node:http';
import t from 'tap';
import { openPage, startBrowser } from './browser.ts';
import { freeTcpPort } from './ports.ts';

void t.test('the browser runs scripts, asks for what a page names, and tells what went wrong in it', async (t) => {
  const port = await freeTcpPort();
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/' ? 200 : 404, { 'Content-Type': 'text/html' });
    response.end('<title>here</title><img src="/missing.png"><script>document.title += 1 + 1; nowhere();</script>');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const browser = await startBrowser();
  t.teardown(async () => {
    await browser.close();
    server.close();
  });
  const { page, errors, requests } = await openPage(browser, `http://127.0.0.1:${port}/`, {
    viewport: { width: 360, height: 640 },
    colorScheme: 'dark',
  });
  t.equal(await page.title(), 'here2');
  t.ok(requests.some((url) => url.endsWith('/missing.png')));
  t.match(errors.toSorted(), [/404/, /nowhere is not defined/]);
  const seen = 'innerWidth + " " + matchMedia("(prefers-color-scheme: dark)").matches';
  t.equal(await page.evaluate(seen), '360 true');
  t.equal((await page.screenshot()).subarray(1, 4).toString(), 'PNG');
});
