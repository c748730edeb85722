import type { Page } from 'playwright-core';
import t from 'tap';
import { startBrowser } from '../lab/browser.ts';
import type { ApiConf } from '../lab/daemon.ts';
import { did, directDid } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import { customer } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { startCrm } from './crm.ts';
import { accessible, buildOnce, fits, looks, openSignedIn, picture } from './open.ts';
import { people, usersSection } from './people.ts';

const widths = [
  [480, 200],
  [1024, 200],
  [1440, 200],
] as const;

/** What the bar goes by. */
function barConf(origin: string): ApiConf {
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

/** The bar looked at in every language, theme and width, without loading it anew; in English and wide at the end. */
async function lookAt(t: Tap, page: Page, name: string, shown: string): Promise<void> {
  const context = page.context();
  const settings = await context.newPage();
  // Another tab of the box: what is chosen there is chosen here.
  await settings.goto(page.url());
  const choose = (language: string): Promise<unknown> =>
    settings.evaluate(`localStorage.setItem('coocenter.language', '${language}')`);
  await page.bringToFront();
  for (const look of looks(widths)) {
    const { language, theme, width, height } = look;
    await choose(language);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
    await page.locator(shown).waitFor();
    await picture(page, `bar-${name}`, look);
    const told = `${name} ${language} ${theme} ${width}`;
    await fits(t, page, told);
    const row = await page.locator('.bar-row').boundingBox();
    t.equal(row?.height, width < 720 ? 88 : 44, `${told}: as high as ever`);
    if (width === 480) await accessible(t, page, told);
  }
  await choose('en');
  await page.locator('html[lang="en"]').waitFor({ state: 'attached' });
  await page.setViewportSize({ width: 1440, height: 400 });
  await settings.close();
}

type Tap = Parameters<typeof accessible>[0];

void t.test('an agent works with the bar: log in, a call with its page, hang up, wrap-up, disposition', async (t) => {
  await buildOnce();
  const crm = await startCrm();
  const browser = await startBrowser();
  t.teardown(async () => {
    await browser.close();
    crm.stop();
  });
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, receiver, provider } = lab;
      const url = `http://127.0.0.1:${daemon.port}/toolbar`;
      const agent = await lab.phone('800');
      const { page, errors } = await openSignedIn(browser, url, people.anna);
      const customers: Page[] = [];
      page.context().on('page', (opened) => customers.push(opened));
      const badge = page.locator('.me .badge');
      const isAt = (on: Page, state: string): Promise<unknown> => on.locator(`.me .badge.${state}`).waitFor();

      await isAt(page, 'unreachable');
      t.match(await badge.textContent(), /logged out/);
      await page.keyboard.press('q');
      await page.locator('li[data-queue="630"]').waitFor();
      await page.locator('li[data-queue="630"] button').click();
      await isAt(page, 'idle');
      await page.keyboard.press('Escape');
      t.equal(await page.locator('.panel').count(), 0, 'Escape closes what is open');
      await lookAt(t, page, 'idle', '.me .badge.idle');

      const second = await page.context().newPage();
      await second.goto(url);
      await isAt(second, 'idle');
      customers.length = 0;

      await page.bringToFront();
      const call = await provider.callIn(customer, did, 'Wu <b>Ling</b>');
      await call.answered();
      await call.press('0');
      const answer = await agent.incoming();
      const shown = page.locator('.call[data-phase="ringing"]');
      await shown.waitFor();
      t.equal(await shown.locator('button.number bdi').textContent(), customer);
      t.equal(await shown.locator('.name').textContent(), 'Wu <b>Ling</b>', 'a name is text');
      t.equal(await shown.locator('.path').textContent(), 'Main menu › 630');
      await second.locator('.call[data-phase="ringing"]').waitFor();
      await eventually('the page of the customer', () => customers.some((one) => one.url().startsWith(crm.origin)));
      const { uniqueid } = await receiver.waitForEvent('dialbegein', { destcalleridnum: '800' });
      t.equal(
        customers.map((one) => one.url()).find((one) => one.startsWith(crm.origin)),
        `${crm.origin}/customer?n=${customer}&did=${did}&queue=630&call=${String(uniqueid)}`,
        'with its placeholders filled',
      );
      await page.bringToFront();
      await eventually('screen readers are told', async () =>
        ((await page.locator('[aria-live="assertive"]').first().textContent()) ?? '').includes(customer),
      );
      await answer.answer();
      await page.locator('.call[data-phase="talking"]').waitFor();
      await lookAt(t, page, 'talking', '.call[data-phase="talking"]');
      await second.reload();
      await second.locator('.call[data-phase="talking"]').waitFor();
      t.equal(
        customers.filter((one) => one.url().startsWith(crm.origin)).length,
        1,
        'opened once: by one of two tabs, and not again when a page is loaded anew',
      );
      await page.keyboard.press('t');
      await page.locator('.panel [role="option"]').first().waitFor();
      await page.keyboard.press('Escape');
      t.equal(await page.locator('.panel').count(), 0);

      await page.keyboard.press('h');
      t.equal(await page.locator('.call').count(), 1, 'H alone hangs nobody up');
      await page.keyboard.press('Enter');
      await answer.ended();
      await page.locator('.wrap-up').waitFor();
      await second.locator('.wrap-up').waitFor();
      await eventually('it counts down', async () =>
        /^9:[0-5]\d$/.test((await page.locator('.wrap-up time').textContent()) ?? ''),
      );
      await lookAt(t, page, 'wrap-up', '.wrap-up .codes');
      await page.keyboard.press('m');
      await page.keyboard.type('wants 2 of them');
      await page.keyboard.press('Enter');
      await page.keyboard.press('1');
      await isAt(page, 'idle');
      await isAt(second, 'idle');
      await call.hangUp();
      const record = await receiver.waitForEvent('cc_cdr', { agentCode: '800' });
      t.match(record, { disposition: 'sold', dispositionNote: 'wants 2 of them', ivrName: 'Main menu' });
      t.ok(Number(record['pauseTime']) >= 1, `pauseTime ${String(record['pauseTime'])}`);

      await page.keyboard.press('p');
      await page.locator('.pauses button', { hasText: 'Lunch' }).click();
      await isAt(page, 'paused');
      t.match(await badge.textContent(), /Lunch/);
      await lookAt(t, page, 'paused', '.me .badge.paused');
      await page.keyboard.press('r');
      await isAt(page, 'idle');

      await page.keyboard.press('l');
      await page.locator('.history li').first().waitFor();
      t.match(await page.locator('.history').last().textContent(), /85322361/, 'the call is among the last ones');
      await page.setViewportSize({ width: 1440, height: 400 });
      await picture(page, 'bar-history', { language: 'en', theme: 'dark', width: 1440, height: 400 });
      await page.keyboard.press('Escape');

      const later = await provider.callIn(customer, `${directDid}800`, 'x'.repeat(60));
      await agent.incoming();
      await lookAt(t, page, 'ringing', '.call[data-phase="ringing"]');
      await later.hangUp();
      await isAt(page, 'idle');
      t.strictSame(errors, [], 'nothing went wrong in the page');
    },
    {
      api: { ...(await usersSection()), ...barConf(crm.origin) },
      // A phone rings for as long as it is looked at.
      ringSeconds: 240,
      extra: { 'queues.conf': '[630](+)\ntimeout = 28\n' },
    },
  );
});
