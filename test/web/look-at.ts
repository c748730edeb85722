import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { chooseLanguage, inspect, looks, turn, type Look } from './open.ts';

/** Has a page load the texts of all languages: while the box is away it cannot. */
export async function loadLanguages(page: Page): Promise<void> {
  await chooseLanguage(page, 'zh');
  await chooseLanguage(page, 'en');
}

/** What else is done in a look. */
type Further = (look: Look) => Promise<void>;

/**
 * A page as it looks in each language, theme and width, without loading it anew; in English, light and 1280 px wide at
 * the end.
 */
export async function lookAt(
  t: Test,
  page: Page,
  name: string,
  all: readonly Look[] = looks(),
  further: Further = () => Promise.resolve(),
): Promise<void> {
  for (const look of all) {
    await turn(page, look);
    await inspect(t, page, name, look);
    await further(look);
  }
  await turn(page, { language: 'en', theme: 'light', width: 1280, height: 800 });
}
