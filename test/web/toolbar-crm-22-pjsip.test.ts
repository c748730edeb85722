import type { FrameLocator, Page } from 'playwright-core';
import t from 'tap';
import { openPage } from '../lab/browser.ts';
import { directDid } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import { customer } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { startCrm } from './crm.ts';
import { browserFor } from './open.ts';
import { people, usersSection } from './people.ts';

/** What the bar has said to the page around it. */
async function said(page: Page): Promise<Record<string, unknown>[]> {
  const text = (await page.locator('#log').textContent()) ?? '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Waits until the bar has said this. */
async function hears(page: Page, type: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const isMeant = (one: Record<string, unknown>): boolean =>
    one['type'] === type && Object.entries(fields).every(([name, value]) => one[name] === value);
  await eventually(`${type} ${JSON.stringify(fields)}`, async () => (await said(page)).some(isMeant));
}

async function signInWithin(bar: FrameLocator): Promise<void> {
  await bar.locator('input[autocomplete="username"]').fill(people.anna.name);
  await bar.locator('input[type="password"]').fill(people.anna.password);
  await bar.locator('button[type="submit"]').click();
}

void t.test('a CRM of another origin shows the bar and talks with it; the box and Asterisk go and come', async (t) => {
  const [crm, stranger] = [await startCrm(), await startCrm()];
  const browser = await browserFor(t);
  t.teardown(() => {
    crm.stop();
    stranger.stop();
  });
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, provider, operator } = lab;
      const box = `http://127.0.0.1:${daemon.port}`;
      const agent = await lab.phone('800');
      const colleague = await lab.phone('801');
      await operator.login('800', '630');
      const { page } = await openPage(browser, `${crm.origin}/crm.html?box=${box}`);
      const bar = page.frameLocator('#bar');
      await signInWithin(bar);
      await hears(page, 'ready', { extension: '800' });
      await hears(page, 'state', { state: 'idle' });

      await page.locator('input[name="number"]').fill('8 (01)');
      await page.locator('#dial button').first().click();
      const own = await agent.incoming();
      await hears(page, 'ringing', { incoming: false });
      await own.answer();
      const other = await colleague.incoming();
      await hears(page, 'result', { of: 'dial', ok: true });
      await other.answer();
      await hears(page, 'answered', { number: '801' });
      await page.locator('[data-say="hangup"]').click();
      await own.ended();
      await hears(page, 'result', { of: 'hangup', ok: true });
      await hears(page, 'ended', { number: '801' });

      const call = await provider.callIn(customer, `${directDid}800`);
      const ring = await agent.incoming();
      await ring.answer();
      await hears(page, 'popup', { url: `http://crm.example/?n=${customer}`, number: customer });
      t.equal(page.context().pages().length, 1, 'pop_in = message: the page around is told, and nothing opens');
      await bar.locator('.call[data-phase="talking"]').waitFor();
      await bar.locator('.controls button[aria-label="Transfer"]').click();
      await page.keyboard.type('801');
      await bar.locator('[role="option"][aria-selected="true"]', { hasText: '801' }).waitFor();
      await page.keyboard.press('Enter');
      const taken = await colleague.incoming();
      await taken.answer();
      await ring.ended();
      t.pass('handed over by keyboard');
      await bar.locator('.call').waitFor({ state: 'detached' });
      await call.hangUp();

      await page.locator('[data-say="pause"]').click();
      await hears(page, 'state', { state: 'paused' });
      const before = (await said(page)).length;
      await page.evaluate(
        `document.getElementById('bar').contentWindow.postMessage({ coocenter: 1, type: 'constructor' }, '${box}')`,
      );
      await page.locator('[data-say="ready"]').click();
      await hears(page, 'result', { of: 'ready', ok: true });
      t.notOk(
        (await said(page)).slice(before).some(({ of }) => of === 'constructor'),
        'unknown types are ignored',
      );

      const { page: other2, errors } = await openPage(browser, `${stranger.origin}/crm.html?box=${box}`);
      await eventually('no other page may show it', () => errors.some((error) => error.includes('frame-ancestors')));
      t.strictSame(await said(other2), []);

      await daemon.kill();
      await bar.locator('.middle .away').waitFor();
      t.match(await bar.locator('.middle .away').textContent(), /The box has been away since \d\d:\d\d:\d\d\. /);
      await hears(page, 'state', { state: 'away' });
      await daemon.start();
      await bar.locator('.me .badge.idle').waitFor({ timeout: 120_000 });
      await lab.asterisk.kill();
      await eventually('it says who is away, and since when', async () =>
        /^Asterisk has been away since \d\d:\d\d:\d\d\. /.test((await bar.locator('.middle').textContent()) ?? ''),
      );
      await lab.asterisk.resume();
      await bar.locator('.middle .away').waitFor({ state: 'detached', timeout: 120_000 });
      t.pass('it came back by itself');
    },
    {
      api: {
        ...(await usersSection()),
        general: { pop_url: 'http://crm.example/?n=${caller}' },
        pages: { origins: crm.origin, pop_on: 'answer', pop_in: 'message' },
      },
      ringSeconds: 120,
    },
  );
});
