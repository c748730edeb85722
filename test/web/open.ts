import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Test } from 'tap';
import { buildPages } from '../../packaging/build/pages.ts';
import { openPage, type Opened } from '../lab/browser.ts';
import { patience } from '../lab/within.ts';

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
}

/** Every language and theme at three widths: a phone, a small desk, a large one. */
export function looks(
  widths: readonly (readonly [width: number, height: number])[] = [
    [390, 844],
    [1280, 800],
    [1920, 1080],
  ],
): Look[] {
  return (['en', 'zh'] as const).flatMap((language) =>
    (['light', 'dark'] as const).flatMap((theme) =>
      widths.map(([width, height]) => ({ language, theme, width, height })),
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
  const isKept = existsSync(path) && process.env['SCREENSHOTS'] !== '1';
  await page.screenshot({ ...(isKept ? {} : { path }), animations: 'disabled', caret: 'hide' });
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
