import type { Page } from 'playwright-core';
import t from 'tap';
import { did } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import { customer } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { barConf, hasCall, isAt } from './bar.ts';
import { startCrm } from './crm.ts';
import { browserFor, openSignedIn } from './open.ts';
import { people, usersSection } from './people.ts';

/** Seconds that a timer shows: `2:07`, `hold 0:12`. */
async function seconds(page: Page, timer: string): Promise<number> {
  const [, minutes = NaN, rest = NaN] = /(\d+):(\d\d)/.exec((await page.locator(timer).textContent()) ?? '') ?? [];
  return Number(minutes) * 60 + Number(rest);
}

/** Waits until a timer shows another second, on the right side of the one it showed. */
async function ticks(page: Page, timer: string, way: 'up' | 'down' = 'up'): Promise<void> {
  const before = await seconds(page, timer);
  await eventually(`${timer} ticks`, async () => {
    const now = await seconds(page, timer);
    return way === 'up' ? now > before : now < before;
  });
}

void t.test('an agent works with the bar: log in, a call with its page, hang up, wrap-up, disposition', async (t) => {
  const browser = await browserFor(t);
  const crm = await startCrm();
  t.teardown(() => {
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

      await isAt(page, 'unreachable');
      t.match(await badge.textContent(), /logged out/);
      await page.keyboard.press('q');
      await page.locator('li[data-queue="630"] button').click();
      await isAt(page, 'idle');
      await page.keyboard.press('Escape');
      t.equal(await page.locator('.panel').count(), 0, 'Escape closes what is open');

      const second = await page.context().newPage();
      await second.goto(url);
      await isAt(second, 'idle');
      customers.length = 0;

      await page.bringToFront();
      const call = await provider.callIn(customer, did, 'Wu <b>Ling</b>');
      await call.answered();
      await call.press('0');
      const answer = await agent.incoming();
      await hasCall(page, 'ringing');
      const shown = page.locator('.call');
      t.equal(await shown.locator('button.number bdi').textContent(), customer);
      t.equal(await shown.locator('.name').textContent(), 'Wu <b>Ling</b>', 'a name is text');
      t.equal(await shown.locator('.path').textContent(), 'Main menu › 630');
      await hasCall(second, 'ringing');
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
      await hasCall(page, 'talking');
      await ticks(page, '.timers > time');
      t.equal(await page.locator('.timers .hold').count(), 0, 'nobody was on hold');
      await answer.hold();
      await hasCall(page, 'hold');
      await ticks(page, '.timers .hold');
      await answer.unhold();
      await hasCall(page, 'talking');
      const held = await seconds(page, '.timers .hold');
      await ticks(page, '.timers > time');
      t.equal(await seconds(page, '.timers .hold'), held, 'how long stays there, and ticks no more');
      await second.reload();
      await hasCall(second, 'talking');
      t.equal(
        customers.filter((one) => one.url().startsWith(crm.origin)).length,
        1,
        'opened once: by one of two tabs, and not again when a page is loaded anew',
      );

      await page.keyboard.press('h');
      t.equal(await shown.count(), 1, 'H alone hangs nobody up');
      await page.keyboard.press('Enter');
      await answer.ended();
      await page.locator('.wrap-up').waitFor();
      await second.locator('.wrap-up').waitFor();
      await ticks(page, '.wrap-up time', 'down');
      // The clock of the page may be a second behind: the stream tells whole ones.
      const left = await seconds(page, '.wrap-up time');
      t.ok(left > 60 && left <= 600, `from pausetime_max: ${left} s`);
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
      t.ok(Number(record['holdTime']) >= 1, `holdTime ${String(record['holdTime'])}`);

      await page.keyboard.press('p');
      await page.locator('.pauses button', { hasText: 'Lunch' }).click();
      await isAt(page, 'paused');
      await isAt(second, 'paused');
      t.match(await badge.textContent(), /Lunch/);
      await page.keyboard.press('Escape');
      await page.keyboard.press('r');
      await isAt(page, 'idle');
      await isAt(second, 'idle');

      await page.keyboard.press('l');
      const history = page.locator('.history');
      await Promise.all([history.first(), history.last()].map((one) => one.locator('li').first().waitFor()));
      t.match(await history.first().textContent(), /Of 85322361.*630 › 800.*Sold/, 'the last calls of this number');
      t.match(await history.last().textContent(), /Mine.*85322361/, 'and those of the agent');
      t.strictSame(errors, [], 'nothing went wrong in the page');
    },
    { api: { ...(await usersSection()), ...barConf(crm.origin) }, ringSeconds: 240 },
  );
});
