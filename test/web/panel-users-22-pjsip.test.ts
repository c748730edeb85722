import t from 'tap';
import { UsersBox } from '../e2e/users-box.ts';
import { withLab } from '../lab/scenario.ts';
import { eventually } from '../lab/within.ts';
import { lookAt } from './look-at.ts';
import { browserFor, openSignedIn, saysWhenPressed, show } from './open.ts';
import { people, usersSection } from './people.ts';

void t.test(
  'an admin sees who may sign in, and adds, changes and removes by the commands that are shown',
  async (t) => {
    const browser = await browserFor(t);
    await withLab(
      t,
      '22-pjsip',
      async (lab) => {
        const url = `http://127.0.0.1:${lab.daemon.port}/`;
        const box = new UsersBox(lab);
        const boss = await openSignedIn(browser, url, people.boss);
        await boss.page.locator('.drawer-tabs button', { hasText: 'Figures' }).waitFor();
        t.equal(await boss.page.locator('.drawer-tabs button', { hasText: 'Users' }).count(), 0, 'it is for admins');

        const { page, errors } = await openSignedIn(browser, url, people.root);
        const rows = page.locator('.users tbody tr');
        const open = (name: string): Promise<void> => page.locator('.drawer-tabs button', { hasText: name }).click();
        const field = (name: string) =>
          page.locator('.users .filters label', { hasText: name }).locator('input, select');
        const command = page.locator('.users-command');
        /** Runs the command that is called so, on the box; then looks again. */
        const follow = async (name: string): Promise<string> => {
          const line = await command.filter({ hasText: name }).locator('code').innerText();
          const [words = ''] = line.split(' && ');
          const said = await box.must(words.split(' ').slice(2));
          await box.reload();
          await page.locator('.users thead button').click();
          return said;
        };
        const row = (name: string): Promise<string> => rows.filter({ hasText: name }).innerText();

        await open('Users');
        await rows.first().waitFor();
        t.equal(await rows.count(), Object.keys(people).length);
        t.match(await row('anna'), /anna\s+agent\s+800/);
        t.notMatch(await page.content(), 'scrypt:', 'no hash comes here');

        await field('Name').fill('carl');
        await page.locator('.users .failed', { hasText: 'An agent has an extension' }).waitFor();
        await field('Extension').fill('803');
        const password = await follow('Add');
        await rows.filter({ hasText: 'carl' }).waitFor();
        t.equal((await box.login('carl', password)).status, 200, 'carl signs in with what the command printed');

        await rows.filter({ hasText: 'carl' }).getByRole('button', { name: 'Change carl' }).press('Enter');
        await field('Role').selectOption('supervisor');
        await follow('Change');
        await eventually('he is a supervisor', async () => (await row('carl')).includes('supervisor'));
        t.equal((await box.login('carl', password)).status, 200, 'his password stays');

        const remove = command.filter({ hasText: 'Remove' });
        const copy = remove.getByRole('button', { name: 'Copy: Remove' });
        await saysWhenPressed(() => copy.click(), copy, /^copied$/);

        await show(page, url, { language: 'en', theme: 'light', width: 1280, height: 800 });
        await open('Users');
        await rows.filter({ hasText: 'carl' }).locator('button').click();
        await page.locator('.users .filters select').selectOption('admin');
        await lookAt(t, page, 'panel-users');
        await show(page, url, { language: 'en', theme: 'light', width: 1280, height: 800 });
        await open('Users');
        await field('Name').fill('CARL');
        await follow('Remove');
        await rows.filter({ hasText: 'carl' }).waitFor({ state: 'detached' });
        t.strictSame([...errors, ...boss.errors], []);
      },
      { api: await usersSection() },
    );
  },
);
