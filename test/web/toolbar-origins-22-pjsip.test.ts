import type { Frame, Page } from 'playwright-core';
import t from 'tap';
import { openPage } from '../lab/browser.ts';
import { withLab } from '../lab/scenario.ts';
import { eventually, patience } from '../lab/within.ts';
import { isAt } from './bar.ts';
import { startCrm } from './crm.ts';
import { browserFor, signIn } from './open.ts';
import { people, usersSection } from './people.ts';

/** Counts the messages that come to a bar from now on; returns how many that are. */
async function counting(bar: Page | Frame): Promise<() => Promise<number>> {
  await bar.evaluate("window.came = 0; addEventListener('message', () => window.came++)");
  return () => bar.evaluate<number>('window.came');
}

/** A frame in a page, of another address. */
async function frameIn(page: Page, id: string, address: string): Promise<Frame> {
  await page.evaluate(
    `document.body.append(Object.assign(document.createElement('iframe'), { id: '${id}', src: '${address}' }))`,
  );
  return eventually(`the frame of ${address}`, () => page.frames().find((frame) => frame.url() === address));
}

/** A page that opens the bar, in which anna signs in. */
async function openerOf(opened: { readonly page: Page }, box: string): Promise<Page> {
  const { page } = opened;
  page.context().setDefaultTimeout(patience);
  await page.evaluate('window.told = []; addEventListener("message", ({ data }) => window.told.push(data.type))');
  const coming = page.context().waitForEvent('page');
  await page.evaluate(`void (window.bar = window.open('${box}/toolbar'))`);
  const bar = await coming;
  await signIn(bar, people.anna);
  await isAt(bar, 'idle');
  return bar;
}

void t.test('the bar listens to the page around it, where api.conf names its origin, and to nobody else', async (t) => {
  const [crm, stranger] = [await startCrm(), await startCrm()];
  const browser = await browserFor(t);
  t.teardown(() => {
    crm.stop();
    stranger.stop();
  });
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const box = `http://127.0.0.1:${lab.daemon.port}`;
      const agent = await lab.phone('800');
      await lab.operator.login('800', '630');
      const asked = (requests: readonly string[], what: string): readonly string[] =>
        requests.filter((address) => address.endsWith(what));

      await t.test('in a frame', async (t) => {
        const { page, requests } = await openPage(browser, `${crm.origin}/crm.html?box=${box}`);
        page.setDefaultTimeout(patience);
        const bar = page.frameLocator('#bar');
        await bar.locator('input[autocomplete="username"]').fill(people.anna.name);
        await bar.locator('input[type="password"]').fill(people.anna.password);
        await bar.locator('button[type="submit"]').click();
        await bar.locator('.me .badge.idle').waitFor();
        const frame = page.frames().find((one) => one.url().startsWith(box));
        if (frame === undefined) throw new Error('the bar is in no frame');
        const came = await counting(frame);
        const order = "{ coocenter: 1, type: 'pause', reason: 'not theirs' }";
        for (const [i, origin] of [stranger.origin, crm.origin].entries()) {
          const other = await frameIn(page, `other${i}`, `${origin}/other`);
          await other.evaluate(`parent.frames[0].postMessage(${order}, '*')`);
        }
        const strange = [
          "'pause'",
          'null',
          '[]',
          '7',
          "{ type: 'pause' }",
          "{ coocenter: 2, type: 'pause' }",
          '{ coocenter: 1 }',
          '{ coocenter: 1, type: { toString: null } }',
          ...['constructor', '__proto__', 'toString', 'Pause', ''].map((type) => `{ coocenter: 1, type: '${type}' }`),
        ];
        for (const message of strange) {
          await page.evaluate(`document.getElementById('bar').contentWindow.postMessage(${message}, '${box}')`);
        }
        await eventually('all has come', async () => (await came()) === strange.length + 2);
        await page.locator('[data-say="pause"]').click();
        await bar.locator('.me .badge.paused').waitFor();
        t.equal(asked(requests, '/agent-pause').length, 1, 'of all these the box was asked for the last one alone');
        t.notMatch(await bar.locator('.me .badge').textContent(), 'not theirs');
        await page.locator('[data-say="ready"]').click();
        await bar.locator('.me .badge.idle').waitFor();
        await page.context().close();
      });

      await t.test('opened by a page', async (t) => {
        const foreign = await openPage(browser, `${stranger.origin}/`);
        const bar = await openerOf(foreign, box);
        const requests: string[] = [];
        bar.on('request', (request) => requests.push(request.url()));
        const came = await counting(bar);
        await foreign.page.evaluate("window.bar.postMessage({ coocenter: 1, type: 'dial', number: '801' }, '*')");
        await eventually('it has come', async () => (await came()) === 1);
        await bar.keyboard.press('q');
        await bar.locator('.pause-all button').click();
        await isAt(bar, 'paused');
        t.equal(asked(requests, '/agent-pause').length, 1, 'what the agent does is done');
        t.equal(asked(requests, '/click-number').length, 0, 'and not what a stranger says');
        t.strictSame(await foreign.page.evaluate('window.told'), [], 'to whom nothing is told');
        await bar.keyboard.press('Escape');
        await bar.keyboard.press('r');
        await isAt(bar, 'idle');
        await bar.context().close();

        const named = await openPage(browser, `${crm.origin}/`);
        await openerOf(named, box);
        await named.page.evaluate(
          `window.bar.postMessage({ coocenter: 1, type: 'dial', number: '801', id: 7 }, '${box}')`,
        );
        const call = await agent.incoming();
        await eventually('it is told', async () => {
          const told = await named.page.evaluate<readonly string[]>('window.told');
          return ['ready', 'state', 'ringing', 'result'].every((type) => told.includes(type));
        });
        t.pass('the page that opened it, of an origin that is named, is heard and told');
        await call.hangUp();
        await named.page.context().close();
      });
    },
    { api: { ...(await usersSection()), pages: { origins: crm.origin } }, ringSeconds: 240 },
  );
});
