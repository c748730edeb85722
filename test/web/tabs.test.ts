import type { BrowserContext, Page } from 'playwright-core';
import t from 'tap';
import { openPage } from '../lab/browser.ts';
import { eventually } from '../lab/within.ts';
import { Box } from './box.ts';
import { browserFor, signIn } from './open.ts';
import { people } from './people.ts';

/** A browser without a screen shows all its tabs: what nobody sees is told to them in its place. */
const hiding = `
  let isHidden = false;
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
  globalThis.hide = (hidden) => {
    isHidden = hidden;
    document.dispatchEvent(new Event('visibilitychange'));
  };
`;

const hide = (page: Page, isHidden: boolean): Promise<unknown> => page.evaluate(`hide(${isHidden})`);

/** Opens a tab that is seen, and waits until it is told what goes on. */
async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('.board .card').first().waitFor();
  return page;
}

void t.test(
  'however many tabs there are, the box answers: a browser opens six connections to it at most',
  async (t) => {
    const box = await Box.start();
    t.teardown(() => box.stop());
    const browser = await browserFor(t);
    const url = `${box.base}/wallboard`;
    const { page: first } = await openPage(browser, url);
    const context = first.context();
    await context.addInitScript(hiding);
    await first.reload();
    await signIn(first, people.boss);
    await first.locator('.board .card').first().waitFor();
    const tabs = [first];
    let readers = 1;
    while (tabs.length < 9) {
      await hide(tabs.at(-1) ?? first, true);
      tabs.push(await openTab(context, url));
      readers = Math.max(readers, box.world.live.readers);
    }
    t.ok(readers <= 5, `${readers} read at once`);
    await eventually('those that were not seen for longest read nothing', () => box.world.live.readers === 4);
    const answer = await tabs[8]!.evaluate(
      `fetch('/coocenter-api/session', { signal: AbortSignal.timeout(5000) }).then((answer) => answer.status, String)`,
    );
    t.equal(answer, 401, 'the box answers');

    await hide(tabs[8]!, true);
    const asksAgain = first.waitForRequest(/\/stream\?/);
    await hide(first, false);
    t.ok((await asksAgain).headers()['last-event-id'], 'who is looked at again goes on where it was');
    await eventually('and another one gives its place up', () => box.world.live.readers === 4);

    const left = [tabs[0]!, tabs[1]!, tabs[8]!];
    for (const tab of tabs) if (!left.includes(tab)) await tab.close();
    await eventually('those that are left all read', () => box.world.live.readers === 3);
    t.strictSame(await Promise.all(left.map((tab) => tab.locator('.board.live').count())), [1, 1, 1]);
  },
);
