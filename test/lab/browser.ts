import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { installedChromium } from './chromium.ts';

/** Starts the lab's Chromium, without a screen, with further arguments. Close it at the end. */
export function startBrowser(...further: readonly string[]): Promise<Browser> {
  const { executable, args, env } = installedChromium();
  return chromium.launch({ executablePath: executable, args: [...args, ...further], env: { ...process.env, ...env } });
}

/** What one sees and hears of a page. */
export interface Opened {
  readonly page: Page;
  /** Errors of its scripts, refusals of its policy, and what else it wrote to the console as an error. */
  readonly errors: readonly string[];
  /** Every address that it asked for. */
  readonly requests: readonly string[];
}

/** Opens an address in a window of its own: `{ viewport: { width: 360, height: 640 }, colorScheme: 'dark' }`. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, errors, requests };
}
