import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { accessible, chooseLanguage, fits, looks, picture, type Look } from './open.ts';

/** What else is done in a look. */
type Further = (look: Look) => Promise<void>;

/**
 * The panel as it looks in each language, theme and width, without loading it anew; in English, light and 1280 px wide at
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
    const { language, theme, width, height } = look;
    await chooseLanguage(page, language);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    await picture(page, `panel-${name}`, look);
    const told = `${name} ${language} ${theme} ${width}`;
    await fits(t, page, told);
    await accessible(t, page, told);
    await further(look);
  }
  await chooseLanguage(page, 'en');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}
