import t from 'tap';
import { openPage } from '../lab/browser.ts';
import { directDid } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import { eventually, patience } from '../lab/within.ts';
import { barConf, hasCall, isAt } from './bar.ts';
import { startCrm } from './crm.ts';
import { browserFor, opensAtOnce, saysWhenPressed } from './open.ts';
import { people, usersSection } from './people.ts';

/** A caller who can be called back by the number that came: it begins with the digit that leads outside. */
const customer = '918782985586';

void t.test('every action of the bar by keyboard alone', async (t) => {
  const browser = await browserFor(t);
  const crm = await startCrm();
  t.teardown(() => {
    crm.stop();
  });
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, provider, receiver, ami } = lab;
      const agent = await lab.phone('800');
      const colleague = await lab.phone('801');
      await ami.action('QueueAdd', { Queue: '631', Interface: 'PJSIP/801', MemberName: 'Wang Wei' });
      const { page, errors } = await openPage(browser, `http://127.0.0.1:${daemon.port}/toolbar`, {
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      page.setDefaultTimeout(patience);
      const keys = async (...pressed: readonly string[]): Promise<void> => {
        for (const key of pressed) await page.keyboard.press(key);
      };
      /** Tabs on until what has the keyboard is called so. */
      const tabTo = async (name: string): Promise<void> => {
        await eventually(`Tab comes to ${name}`, async () => {
          const at = await page.evaluate<string>(
            "((one) => one === document.body ? '' : [one.ariaLabel, one.textContent, one.autocomplete].join(' '))(document.activeElement)",
          );
          if (at.includes(name)) return true;
          await keys('Tab');
          return false;
        });
      };
      const noPanel = (): Promise<void> => page.locator('.panel').waitFor({ state: 'detached' });

      await page.locator('form.sign-in').waitFor();
      await tabTo('username');
      await page.keyboard.type(people.anna.name);
      await keys('Tab');
      await page.keyboard.type(people.anna.password);
      await keys('Enter');
      await isAt(page, 'unreachable');

      for (const key of ['q', 'l', '?']) {
        t.ok(await opensAtOnce(page, key, '.panel'), `${key}: what it opens has the keyboard before the next key`);
        await keys('Escape');
        await noPanel();
      }
      await keys('q');
      await page.locator('li[data-queue="630"]').waitFor();
      await page.locator('.panel-body :focus').waitFor();
      t.equal(await page.locator('li[data-queue="630"] button:focus').count(), 1, 'at the first that can be done');
      const row = page.locator('li[data-queue="630"]');
      const before = await row.boundingBox();
      await keys('Enter');
      await isAt(page, 'idle');
      t.strictSame(await row.boundingBox(), before, 'what can be done now stands where it stood');
      await keys('Escape');
      await noPanel();

      await keys('p');
      await tabTo('Lunch');
      await keys('Enter');
      await isAt(page, 'paused');
      await keys('Escape');
      await noPanel();
      await keys('r');
      await isAt(page, 'idle');

      await keys('d');
      await page.keyboard.type('(8) 0-1');
      await keys('Enter');
      const own = await agent.incoming();
      await own.answer();
      const other = await colleague.incoming();
      await hasCall(page, 'dialling');
      await other.answer();
      await hasCall(page, 'talking');
      t.equal(await page.locator('.call button.number bdi').textContent(), '801', 'dialled as people write it');
      t.equal(await page.locator('[data-key="dial"]').inputValue(), '', 'the field is free for the next');
      await keys('Escape', 'h', 'Enter');
      await own.ended();
      await other.ended();
      await page.locator('.middle .no-call, .middle .wrap-up').waitFor();
      if ((await page.locator('.wrap-up').count()) > 0) await keys('r');
      await isAt(page, 'idle');

      const call = await provider.callIn(customer, `${directDid}630`);
      const answer = await agent.incoming();
      await hasCall(page, 'ringing');
      await page.bringToFront();
      await saysWhenPressed(() => keys('y'), page.locator('.copied.done'), /^copied$/);
      t.equal(await page.evaluate('navigator.clipboard.readText()'), customer);
      await answer.answer();
      await hasCall(page, 'talking');
      const pages = page.context().pages().length;
      await keys('s');
      await page.locator('.panel .codes').waitFor();
      await keys('2');
      await page.locator('.panel .codes .button.main', { hasText: 'Call back later' }).waitFor();
      await keys('Escape');
      await noPanel();
      t.equal(page.context().pages().length, pages);

      await keys('t');
      await page.keyboard.type('899');
      await keys('Enter');
      await page.locator('.panel-outcome.trouble').waitFor();
      t.equal(
        await page.locator('.panel-outcome').textContent(),
        'Extension does not exist.',
        'why not, where it was asked',
      );
      await keys('Escape');
      await noPanel();
      await keys('t');
      await page.keyboard.type('wang');
      await page.locator('[role="option"][aria-selected="true"]', { hasText: 'Wang Wei' }).waitFor();
      await keys('Enter');
      const taken = await colleague.incoming();
      await taken.answer();
      await answer.ended();
      await page.locator('.wrap-up').waitFor();
      await noPanel();
      await keys('m');
      await page.keyboard.type('1 more');
      await keys('Escape', '3');
      await isAt(page, 'idle');
      await call.hangUp();
      t.match(await receiver.waitForEvent('cc_cdr', { caller: customer }), {
        disposition: 'no',
        dispositionNote: '1 more',
      });

      await keys('l');
      await page.locator('.history li').first().waitFor();
      await tabTo(`Call ${customer}`);
      await keys('Enter');
      const back = await agent.incoming();
      await keys('Escape');
      await noPanel();
      await hasCall(page, 'dialling');
      await keys('h', 'Enter');
      await back.ended();

      await keys('?');
      await page.locator('.key-map').waitFor();
      t.match(await page.locator('.key-map').textContent(), /Hang up.*Disposition 1–9/);
      await page.locator('.panel select:focus').waitFor();
      // The last of its languages.
      await keys('End');
      await page.locator('html[lang="zh"]').waitFor({ state: 'attached' });
      await keys('Escape');
      await noPanel();
      await keys('q');
      await tabTo('签出');
      await keys('Enter');
      await isAt(page, 'unreachable');
      t.strictSame(
        errors.filter((error) => !error.includes('status of 404')),
        [],
        'nothing went wrong in the page, other than that nobody has 899',
      );
    },
    { api: { ...(await usersSection()), ...barConf(crm.origin) }, ringSeconds: 240 },
  );
});
