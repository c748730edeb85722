import type { Browser, BrowserContext, Page } from 'playwright-core';
import t from 'tap';
import type { ApiConf } from '../lab/daemon.ts';
import { directDid } from '../lab/dialplan.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { customer } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { hasCall, lookAt } from './bar.ts';
import { startCrm } from './crm.ts';
import { browserFor, openSignedIn, saysWhenPressed } from './open.ts';
import { people, usersSection } from './people.ts';

/** A name of the box, as people type it: to browsers, what has it by http is not secure, and has no locks. */
const name = 'box.test';

/** The tabs of a browser that show customers. */
const customersIn = (context: BrowserContext, origin: string): Page[] =>
  context.pages().filter((page) => page.url().startsWith(origin));

interface Bar {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Tabs of customers, at present. */
  readonly customers: () => Page[];
}

/** The box with these settings, and anna's bar in a browser of its own. */
async function barWith(lab: Lab, browser: Browser, origin: string, pages: ApiConf[string]): Promise<Bar> {
  const pop_url = `${origin}/customer?n=\${caller}`;
  lab.daemon.configure({ general: { pop_url }, pages: { origins: origin, ...pages } });
  lab.daemon.reload();
  await eventually('the box goes by them', async () => {
    const { json } = await lab.daemon.api('GET', 'pages');
    const { data } = json as { readonly data: { readonly popOn: string; readonly popIn: string } };
    return data.popOn === (pages['pop_on'] ?? 'ringing') && data.popIn === (pages['pop_in'] ?? 'one_tab');
  });
  const { page } = await openSignedIn(browser, `http://${name}:${lab.daemon.port}/toolbar`, people.anna);
  await page.locator('.middle .no-call').waitFor();
  const context = page.context();
  return { page, context, customers: () => customersIn(context, origin) };
}

void t.test('the page of whoever calls: when, where, once, and by hand where the browser forbids it', async (t) => {
  const crm = await startCrm();
  const browser = await browserFor(t, `--host-resolver-rules=MAP ${name} 127.0.0.1`);
  t.teardown(() => {
    crm.stop();
  });
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const agent = await lab.phone('800');
      const ring = async (from: string) => {
        const call = await lab.provider.callIn(from, `${directDid}800`);
        return { call, answer: await agent.incoming() };
      };
      const url = (from: string): string => `${crm.origin}/customer?n=${from}`;

      await t.test('one tab for all, when it is answered', async (t) => {
        const { page, context, customers } = await barWith(lab, browser, crm.origin, { pop_on: 'answer' });
        for (const from of [customer, '13800138000']) {
          const { call, answer } = await ring(from);
          await hasCall(page, 'ringing');
          t.notOk(
            customers().some((one) => one.url() === url(from)),
            'not while it rings',
          );
          await answer.answer();
          await eventually('the page of the customer', () => customers().some((one) => one.url() === url(from)));
          t.equal(customers().length, 1, 'in the tab of the one before');
          await call.hangUp();
          await page.locator('.middle .no-call').waitFor();
        }
        await context.close();
      });

      await t.test('a new tab each time, when it rings; of two tabs of the bar one opens it', async (t) => {
        const { page, context, customers } = await barWith(lab, browser, crm.origin, { pop_in: 'new_tab' });
        t.equal(await page.evaluate('isSecureContext'), false, 'as boxes are reached: by http, without locks');
        const second = await context.newPage();
        await second.goto(page.url());
        await second.locator('.middle .no-call').waitFor();
        for (const [i, from] of [customer, '13800138000'].entries()) {
          const { call } = await ring(from);
          await hasCall(page, 'ringing');
          await hasCall(second, 'ringing');
          await eventually('the page of the customer', () => customers().some((one) => one.url() === url(from)));
          await call.hangUp();
          await page.locator('.middle .no-call').waitFor();
          await second.locator('.middle .no-call').waitFor();
          t.equal(customers().length, i + 1);
        }
        for (const one of customers()) {
          t.equal(await one.evaluate('opener'), null, 'which knows nothing of the bar');
        }
        await page.bringToFront();
        const { call } = await ring('13900139000');
        await hasCall(page, 'ringing');
        const copy = (): Promise<void> => page.keyboard.press('y');
        await saysWhenPressed(copy, page.locator('.copied.done'), /^copied$/);
        t.pass('a number is copied without the clipboard that pages by https have');
        await page.evaluate('document.execCommand = () => false');
        await saysWhenPressed(copy, page.locator('.copied.failed'), /^not copied$/);
        await call.hangUp();
        await page.locator('.middle .no-call').waitFor();
        await context.close();
      });

      await t.test('a browser that blocks pop-ups: a link', async (t) => {
        const { page, context, customers } = await barWith(lab, browser, crm.origin, { pop_on: 'ringing' });
        // As browsers with a screen do with what no click and no key asks for; the one without lets everything pass.
        await page.evaluate(
          'window.open = ((open) => (...given) => (window.event instanceof UIEvent && window.event.isTrusted) ? open(...given) : null)(window.open.bind(window))',
        );
        const { call, answer } = await ring(customer);
        const link = page.locator('.customer a.button.main', { hasText: 'Open page' });
        await link.waitFor();
        t.match(
          await page.locator('.customer [role="alert"]').textContent(),
          `The browser blocked the pop-up. Allow pop-ups for ${name}`,
        );
        t.equal(customers().length, 0);
        await lookAt(t, page, 'blocked', '.customer a.main');
        await link.click();
        await eventually('the page of the customer', () => customers().some((one) => one.url() === url(customer)));
        await page.locator('.customer a.button:not(.main)').waitFor();
        t.equal(await page.locator('.customer [role="alert"]').textContent(), '');
        await page.bringToFront();
        await answer.answer();
        await hasCall(page, 'talking');
        await page.keyboard.press('o');
        await eventually('by the key it is in the same tab', () => customers().length === 1);
        await call.hangUp();
        await page.locator('.middle .no-call').waitFor();
        await context.close();
      });
    },
    { api: { ...(await usersSection()), general: { host_names: name } }, ringSeconds: 240 },
  );
});
