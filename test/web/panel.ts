import type { Browser, Locator, Page } from 'playwright-core';
import type { LabOptions } from '../lab/scenario.ts';
import { eventually, patience } from '../lab/within.ts';
import { openSignedIn, type Person } from './open.ts';

/** For a lab: callers wait in queue 630, and phones ring, for as long as somebody looks at them. */
export const unhurried = {
  ringSeconds: 600,
  extra: {
    'queues.conf': '[630](+)\ntimeout = 600\n',
    'extensions.conf': '[globals](+)\nCOOCENTER_TIMEOUT_630 = 600\n',
  },
} as const satisfies LabOptions;

/** The operator panel as somebody sees it who has signed in. */
export class Panel {
  readonly page: Page;
  /** Errors of its scripts, and what else it wrote to the console as one. */
  readonly errors: readonly string[];

  private constructor(page: Page, errors: readonly string[]) {
    this.page = page;
    this.errors = errors;
  }

  /** Opens it, in English and 1280 px wide, unless `options` say otherwise; it shows what goes on. */
  static async open(
    browser: Browser,
    url: string,
    person: Person,
    options: Parameters<typeof openSignedIn>[3] = {},
  ): Promise<Panel> {
    const { page, errors } = await openSignedIn(browser, url, person, {
      viewport: { width: 1280, height: 800 },
      colorScheme: 'light',
      locale: 'en-GB',
      ...options,
    });
    await page.locator('.panel.live').waitFor();
    return new Panel(page, errors);
  }

  /** An extension, call, queue, member or caller: `extension:800`, `member:630 PJSIP/800`. */
  thing(id: string): Locator {
    return this.page.locator(`[data-thing="${id}"]`);
  }

  extension(number: string): Locator {
    return this.thing(`extension:${number}`);
  }

  /** Who waits in a queue, by number. */
  caller(number: string): Locator {
    return this.page.locator('.row.caller', { hasText: number });
  }

  /** Resolves when a text is shown there. */
  async says(where: Locator, text: string): Promise<void> {
    let last = '';
    await eventually(`it says ${text}`, async () =>
      (last = (await where.allTextContents()).join(' | ')).includes(text),
    ).catch((cause: unknown) => {
      throw new Error(`it says "${last}", and not "${text}"`, { cause });
    });
  }

  /** Chooses something, as Tab and arrows do. */
  async choose(where: Locator): Promise<void> {
    await where.focus();
  }

  /** Presses keys one after the other. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Types into the list that asks, and takes the first that fits. */
  async pick(text: string): Promise<void> {
    await this.page.locator('dialog[open] input').waitFor();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** Resolves when what was done has its outcome in the line below. */
  async done(deed: string): Promise<void> {
    await this.page.locator('.deed-bar .outcome .done', { hasText: `${deed}: done` }).waitFor({ timeout: patience });
  }

  /** What is offered for what is chosen. */
  async deeds(): Promise<readonly string[]> {
    return await this.page
      .locator('.deed-bar [data-deed]')
      .evaluateAll((all) => all.map((one) => one.dataset['deed'] ?? ''));
  }

  /** Opens a part of the drawer. */
  async drawer(name: string): Promise<Locator> {
    await this.page.locator('.drawer-tabs button', { hasText: name }).click();
    const body = this.page.locator('.drawer-body');
    await body.waitFor();
    return body;
  }
}
