import type { Page } from 'playwright-core';
import t from 'tap';
import { startBrowser } from '../lab/browser.ts';
import { Start } from '../lab/started.ts';
import { eventually } from '../lab/within.ts';
import { openSignedIn, picture } from './open.ts';

/** Something on the page says this. */
async function says(page: Page, selector: string, what: RegExp): Promise<void> {
  await eventually(`${selector} says ${String(what)}`, async () =>
    (await page.locator(selector).allInnerTexts()).some((text) => what.test(text)),
  );
}

void t.test(
  'npm start: its three pages open with the sign-ins that it prints, and its calls make them alive',
  async (t) => {
    const start = new Start(t);
    await start.said('Ctrl-C ends it.');
    const browser = await startBrowser();
    t.teardown(() => browser.close());
    const errors: (readonly string[])[] = [];
    const open = async (label: string, height: number): Promise<Page> => {
      const name = new RegExp(`^ +${label} .* sign in as (\\w+)`, 'm').exec(start.output)?.[1] ?? '';
      const viewport = { width: 1280, height };
      const person = { name, password: start.after('password') };
      const opened = await openSignedIn(browser, start.after(label), person, { viewport });
      errors.push(opened.errors);
      return opened.page;
    };
    const take = (page: Page, name: string): Promise<void> =>
      picture(page, name, { language: 'en', theme: 'light', width: 1280, height: 0 });

    const [panel, board, bar] = [await open('panel', 800), await open('wallboard', 720), await open('bar', 60)];
    await says(panel, '.queues', /Lunch/);
    await says(board, '.band[data-queue="630"] [data-card="answered"]', /[1-9]/);
    await says(board, '.band[data-queue="630"] [data-card="lost"]', /[1-9]/);
    await says(board, '.band [data-card="waiting"]', /[1-9]/);
    await take(board, 'demo-wallboard');
    await says(bar, 'main', /calls you/);
    await says(bar, 'main', /talking/);
    await take(bar, 'demo-bar');
    await says(panel, '.calls .call', /\d/);
    await says(panel, '.queues .caller', /\d/);
    await says(panel, '[data-thing="extension:802"], [data-thing="extension:805"]', /talking/);
    await take(panel, 'demo-panel');

    t.strictSame(errors.flat(), []);
    start.signal('SIGINT');
    t.equal(await start.ended, 0);
  },
);
