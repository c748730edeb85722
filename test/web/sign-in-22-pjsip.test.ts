import t from 'tap';
import { hashPassword } from '../../src/users/password.ts';
import { openPage } from '../lab/browser.ts';
import { withLab } from '../lab/scenario.ts';
import { eventually } from '../lab/within.ts';
import { browserFor, inspect, looks, show, signIn } from './open.ts';
import { people, usersSection } from './people.ts';

void t.test('signing in: by password, by ticket, in several tabs, and out again', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async ({ daemon }) => {
      const url = `http://127.0.0.1:${daemon.port}/wallboard`;
      const { page } = await openPage(browser, url);
      const form = page.locator('form.sign-in');
      for (const look of looks()) {
        await show(page, url, look);
        await form.waitFor();
        t.equal(await page.evaluate('document.documentElement.lang'), look.language);
        await inspect(t, page, 'sign-in', look);
      }
      await page.goto(url);
      await form.locator('input').first().fill('boss');
      await form.locator('input[type="password"]').fill('not this one');
      await page.keyboard.press('Enter');
      await eventually('it says so', async () =>
        ((await form.locator('output').textContent()) ?? '').includes('wrong'),
      );
      await signIn(page, people.boss);
      await page.locator('.board').waitFor();

      const second = await page.context().newPage();
      await second.goto(url);
      await second.locator('.board').waitFor();
      t.pass('another tab of the browser is signed in too');
      await second.evaluate("localStorage.setItem('coocenter.language', 'zh')");
      await page.locator('html[lang="zh"]').waitFor({ state: 'attached' });
      t.pass('a language chosen in one tab is spoken in the other');
      await second.evaluate("localStorage.removeItem('coocenter.language')");
      await page.locator('html[lang="en"]').waitFor({ state: 'attached' });
      await second.evaluate("localStorage.removeItem('coocenter.session')");
      await form.waitFor();
      t.pass('and when one is signed out, so is the other');

      const ask = (fields: Record<string, string>): Promise<{ json: unknown }> =>
        daemon.api('POST', 'session/ticket', { purpose: 'page', ...fields });
      const { json } = await ask({ user: 'boss' });
      const { ticket } = (json as { data: { ticket: string } }).data;
      const { page: handed } = await openPage(browser, `${url}?queues=630#ticket=${ticket}`);
      await handed.locator('.board').waitFor();
      t.equal(handed.url(), `${url}?queues=630`, 'the ticket is not in the address any more');
      const { page: late } = await openPage(browser, `${url}#ticket=${ticket}`);
      await late.locator('form.sign-in').waitFor();
      await eventually('it says why', async () =>
        ((await late.locator('form.sign-in output').textContent()) ?? '').includes('not valid any more'),
      );

      const { page: agent } = await openPage(browser, url);
      await signIn(agent, people.anna);
      await eventually('it says who has no business here', async () =>
        ((await agent.locator('.gate').textContent()) ?? '').includes('anna is signed in as an agent'),
      );
      await agent.locator('.gate button').click();
      await agent.locator('form.sign-in').waitFor();

      const { page: over } = await openPage(browser, url);
      await signIn(over, people.boss);
      await over.locator('.board').waitFor();
      daemon.configure({ users: { boss: `supervisor, 805, ${await hashPassword('another one')}` } });
      daemon.reload();
      await eventually('a session whose user has changed is over', async () =>
        (
          (await over
            .locator('form.sign-in output')
            .textContent({ timeout: 100 })
            .catch(() => '')) ?? ''
        ).includes('session is over'),
      );
    },
    { api: await usersSection() },
  );
});
