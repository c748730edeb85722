import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import type { ApiConf } from '../lab/daemon.ts';
import { apart } from './apart.ts';
import { accessible, chooseLanguage, fits, looks, picture, turn } from './open.ts';

const widths = [
  [480, 200],
  [1024, 200],
  [1440, 200],
] as const;

/** What the bar goes by: the pages of customers are at `origin`, which may show it in a frame. */
export function barConf(origin: string): ApiConf {
  return {
    general: { pop_url: `${origin}/customer?n=\${caller}&did=\${called}&queue=\${queue}&call=\${uuid}` },
    enable: { pausetime: 'yes', pausetime_max: '600' },
    ivr: { '610': 'Main menu' },
    pause_reasons: { lunch: 'Lunch', training: 'Training' },
    dispositions: { sold: 'Sold', callback: 'Call back later', no: 'Not interested' },
    push: { events: 'all, disposition' },
    pages: { origins: origin },
  };
}

/** Waits until the badge of the agent shows a state. */
export async function isAt(page: Page, state: string): Promise<void> {
  await page.locator(`.me .badge.${state}`).waitFor();
}

/** Waits until the bar shows a call that is as far. */
export async function hasCall(page: Page, phase: 'ringing' | 'dialling' | 'talking' | 'hold'): Promise<void> {
  await page.locator(`.call[data-phase="${phase}"]`).waitFor();
}

/** How it is looked at: the height of the window, for what is open below the bar, and whether a picture is kept. */
interface Looking {
  readonly height?: number;
  readonly isKept?: boolean;
}

/**
 * The bar looked at in every language, theme and width, without loading it anew; in English and wide at the end. `shown`:
 * what has to be there.
 */
export async function lookAt(
  t: Test,
  page: Page,
  name: string,
  shown: string,
  { height = 200, isKept = true }: Looking = {},
): Promise<void> {
  for (const look of looks(widths.map(([width]) => [width, height]))) {
    const { language, theme, width } = look;
    await turn(page, look);
    await page.locator(shown).first().waitFor();
    if (isKept) await picture(page, `bar-${name}`, look);
    const told = `${name} ${language} ${theme} ${width}`;
    await fits(t, page, told);
    await apart(t, page, told);
    const row = await page.locator('.bar-row').boundingBox();
    t.equal(row?.height, width < 720 ? 88 : 44, `${told}: as high as ever`);
    if (width === 480) await accessible(t, page, told);
  }
  await chooseLanguage(page, 'en');
  await page.setViewportSize({ width: 1440, height: 400 });
}
