import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Test } from 'tap';
import { buildPages } from '../../packaging/build/pages.ts';
import { openPage, startBrowser, type Opened } from '../lab/browser.ts';
import { eventually, patience } from '../lab/within.ts';

const root = join(import.meta.dirname, '../..');

/** Where pictures of the pages are kept. */
export const screenshots = join(import.meta.dirname, 'screenshots');

/** The pages as they are now, where the daemon looks for them. */
export async function buildOnce(): Promise<void> {
  built ??= buildPages();
  await built;
}
let built: Promise<unknown> | undefined;

/** Somebody who signs in. */
export interface Person {
  readonly name: string;
  readonly password: string;
}

/** How a page is looked at. */
export interface Look {
  readonly language: 'en' | 'zh';
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
  /** Whether axe-core looks, too. */
  readonly isJudged?: boolean;
}

/**
 * Every language and theme at three widths: a phone, a small desk, a large one. Axe-core, which takes a second, is to
 * look once at each language in each theme, at another width each time.
 */
export function looks(
  widths: readonly (readonly [width: number, height: number])[] = [
    [390, 844],
    [1280, 800],
    [1920, 1080],
  ],
): Look[] {
  return (['en', 'zh'] as const).flatMap((language, i) =>
    (['light', 'dark'] as const).flatMap((theme, j) =>
      widths.map(([width, height], k) => ({
        language,
        theme,
        width,
        height,
        isJudged: k === (2 * i + j) % widths.length,
      })),
    ),
  );
}

/** Shows an address as it looks so; whoever has signed in there stays so. */
export async function show(page: Page, url: string, { language, theme, width, height }: Look): Promise<void> {
  const address = new URL(url);
  address.searchParams.set('language', language);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme });
  await page.goto(address.href);
}

/** Opens a page and signs in, in the language that it has. */
export async function openSignedIn(
  browser: Browser,
  url: string,
  person: Person,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const opened = await openPage(browser, url, options);
  opened.page.setDefaultTimeout(patience);
  await signIn(opened.page, person);
  return opened;
}

/** Fills the form of the page that is open. */
export async function signIn(page: Page, { name, password }: Person): Promise<void> {
  const form = page.locator('form.sign-in');
  await form.locator('input[autocomplete="username"]').fill(name);
  await form.locator('input[type="password"]').fill(password);
  await form.locator('button[type="submit"]').click();
  await form.waitFor({ state: 'detached' });
}

/**
 * Takes a picture of what is shown, as `screenshots/<name>-<language>-<theme>-<width>.png`. Clocks make each another one:
 * one that is there is replaced with `SCREENSHOTS=1` only.
 */
export async function picture(page: Page, name: string, { language, theme, width }: Look): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  const path = join(screenshots, `${name}-${language}-${theme}-${width}.png`);
  if (existsSync(path) && process.env['SCREENSHOTS'] !== '1') return;
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
}

const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Has axe-core look at the page: nothing serious, contrast included. */
export async function accessible(t: Test, page: Page, name: string): Promise<void> {
  // By the debugger, which the policy of the page does not bind.
  await page.evaluate(axe);
  const found = await page.evaluate<{ readonly violations: readonly Violation[] }>(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => ({ violations }))',
  );
  const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  t.strictSame(
    serious.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary = '' }) => `${html} ${failureSummary}`).join('; ')}`,
    ),
    [],
    `${name}: axe finds nothing serious`,
  );
}

/** Nothing is wider than the window. */
export async function fits(t: Test, page: Page, name: string): Promise<void> {
  const [wide, window] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
  t.ok(wide <= window, `${name}: nothing is cut off (${wide} of ${window})`);
}

/** A page as it looks so: a picture, nothing is cut off, and where axe-core is to look, it finds nothing serious. */
export async function inspect(t: Test, page: Page, name: string, look: Look): Promise<void> {
  const told = `${name} ${look.language} ${look.theme} ${look.width}`;
  await picture(page, name, look);
  await fits(t, page, told);
  if (look.isJudged === true) await accessible(t, page, told);
}

/** Has a page that is open show another language, as if that had been chosen in another tab of the box. */
export async function chooseLanguage(page: Page, language: Look['language']): Promise<void> {
  await page.evaluate(
    `localStorage.setItem('coocenter.language', '${language}'); dispatchEvent(new StorageEvent('storage', { key: 'coocenter.language' }))`,
  );
  await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
}

/** Has a page that is open look so, without loading it anew. */
export async function turn(page: Page, { language, theme, width, height }: Look): Promise<void> {
  await chooseLanguage(page, language);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme });
}

/** Presses until a text is shown: whether something was copied is said for a moment only, which a busy machine may miss. */
export async function saysWhenPressed(press: () => Promise<void>, where: Locator, text: RegExp): Promise<void> {
  await eventually(`it says ${text.source}`, async () => {
    await press();
    return await where
      .filter({ hasText: text })
      .waitFor({ timeout: 1_000 })
      .then(
        () => true,
        () => false,
      );
  });
}

/** Builds the pages, and starts a browser, with further arguments, that is closed when the test ends. */
export async function browserFor(t: Test, ...args: readonly string[]): Promise<Browser> {
  await buildOnce();
  const browser = await startBrowser(...args);
  t.teardown(() => browser.close());
  return browser;
}

/**
 * Presses a key, `h` or `Ctrl-h`, or Enter on the button that has the keyboard, and looks before the page can be given
 * another one: whether the keyboard is within `opened` by then. If not, what is typed on is taken for the keys of the page.
 */
export async function opensAtOnce(page: Page, pressed: string, opened: string): Promise<boolean> {
  return await page.evaluate<boolean>(`(async () => {
    const [key, isCtrl] = ${JSON.stringify([pressed.replace('Ctrl-', ''), pressed.startsWith('Ctrl-')])};
    const at = document.activeElement;
    at.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: isCtrl, bubbles: true }));
    // A browser does this for keys that a person presses only.
    if (key === 'Enter') at.click();
    for (let i = 0; i < 100; i++) await undefined;
    return document.activeElement.closest(${JSON.stringify(opened)}) !== null;
  })()`);
}
