import type { Browser } from 'playwright-core';
import t, { type Test } from 'tap';
import { openPage } from '../lab/browser.ts';
import { eventually } from '../lab/within.ts';
import { auth } from '../http/toy.ts';
import { Box } from './box.ts';
import { browserFor } from './open.ts';

/** What the CRM of a test has: a browser, and tickets of the box. */
async function crm(t: Test): Promise<{ base: string; browser: Browser; ticketFor: (user: string) => Promise<string> }> {
  const box = await Box.start();
  t.teardown(() => box.stop());
  const browser = await browserFor(t);
  const ticketFor = async (user: string): Promise<string> => {
    const body = new URLSearchParams({ purpose: 'page', user });
    const answer = await fetch(`${box.base}/coocenter-api/session/ticket`, { method: 'POST', headers: auth, body });
    return ((await answer.json()) as { data: { ticket: string } }).data.ticket;
  };
  return { base: box.base, browser, ticketFor };
}

void t.test('a CRM hands its agent over again: the page that is open takes the new ticket', async (t) => {
  const { base, browser, ticketFor } = await crm(t);
  const url = `${base}/wallboard`;
  const { page } = await openPage(browser, url);
  await page.locator('form.sign-in').waitFor();
  // As the `src` of a frame does: the address is the same but for what is behind #, and the page is not loaded anew.
  await page.evaluate(`window.isStillThere = true; location.href = '${url}#ticket=${await ticketFor('boss')}'`);
  await page.locator('.board').waitFor();
  t.equal(await page.evaluate('window.isStillThere'), true, 'the page was not loaded anew');
  t.equal(page.url(), url, 'the ticket is not in the address any more');

  await page.evaluate(`location.href = '${url}#ticket=${await ticketFor('anna')}'`);
  await eventually('somebody else is handed over', async () =>
    (
      (await page
        .locator('.gate')
        .textContent({ timeout: 100 })
        .catch(() => '')) ?? ''
    ).includes('anna'),
  );
  t.equal(page.url(), url);
});

void t.test(
  'who takes a page over finds nothing of what the one before had typed; who comes back finds all of it',
  async (t) => {
    const { base, browser, ticketFor } = await crm(t);
    const { page } = await openPage(browser, `${base}/#ticket=${await ticketFor('boss')}`);
    const handOver = async (user: string): Promise<void> => {
      await page.evaluate(`location.href = '${base}/#ticket=${await ticketFor(user)}'`);
    };
    const records = page.locator('.drawer-tabs button').first();
    const number = page.locator('.drawer-body input').first();
    await records.click();
    await number.fill('13800138000');
    await page.locator('.panel-head .who').click();
    await page.locator('.preferences .person button').click();
    await page.locator('form.sign-in').waitFor();
    await handOver('boss');
    await number.waitFor();
    t.equal(await number.inputValue(), '13800138000', 'the same person goes on');
    await handOver('anna');
    await eventually('somebody else is handed over', async () =>
      ((await page.locator('.panel-head .who').textContent()) ?? '').includes('anna'),
    );
    t.equal(await page.locator('.drawer.open').count(), 0, 'what was open is shut');
    await records.click();
    t.equal(await number.inputValue(), '', 'and empty');
  },
);
