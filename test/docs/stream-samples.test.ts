import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openPage, startBrowser } from '../lab/browser.ts';
import { spawnBound } from '../lab/child.ts';
import { webkey } from '../lab/daemon.ts';
import { freeTcpPort } from '../lab/ports.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';
import { fencesOf, one, read } from './markdown.ts';

const samples = fencesOf(read('docs/integrators.md'));
const sample = (name: string): string =>
  one(
    samples.filter(({ info }) => info === name),
    name,
  ).text;

async function curl(t: Test, { daemon, operator }: Lab): Promise<void> {
  const dir = makeTemp();
  const file = join(dir, 'watch.sh');
  writeFileSync(file, sample('watch.sh'));
  let output = '';
  const env = { PATH: process.env['PATH'], BOX: `http://127.0.0.1:${daemon.port}`, WEBKEY: webkey };
  const child = spawnBound(['sh', file], { env }, (text) => {
    output += text;
  });
  try {
    await eventually('the snapshot', () => output.includes('event: snapshot\n'));
    await operator.login('800', '630');
    await eventually('a change', () => /event: queue\ndata: .*"members":1,/.test(output));
    t.match(output, /^retry: 2000\n\nid: \S+\nevent: snapshot\ndata: \{"time":\d+,/, 'watch.sh');
  } finally {
    child.kill('SIGKILL');
    removeTemp(dir);
  }
}

/** A page on a server of another origin, in a real browser. */
async function page(t: Test, { daemon, operator }: Lab): Promise<void> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end(sample('watch.html'));
  });
  const port = await freeTcpPort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const browser = await startBrowser();
  try {
    const box = encodeURIComponent(`http://127.0.0.1:${daemon.port}`);
    const { page } = await openPage(browser, `http://localhost:${port}/watch.html?box=${box}`);
    await page.fill('[name=username]', 'admin');
    await page.fill('[name=password]', webkey);
    await page.click('button');
    const shows = (what: string, text: string): Promise<unknown> =>
      eventually(`${what}: ${text}`, async () => ((await page.textContent('#queues')) ?? '').includes(text));
    await shows('the snapshot', '630: 0 wait, 0 of 1 are free');
    await operator.login('801', '630');
    await shows('a change', '630: 0 wait, 0 of 2 are free');
    // Longer than one attempt: the page must try again and again.
    await daemon.stop();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await daemon.start();
    await operator.login('802', '630');
    await shows('after a restart', '630: 0 wait, 0 of 3 are free');
    t.pass('watch.html');
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
  }
}

void t.test('the samples of the live stream in docs/integrators.md, with curl and in a real browser', (t) =>
  withLab(t, '22-pjsip', async (lab) => {
    await curl(t, lab);
    await page(t, lab);
  }),
);
