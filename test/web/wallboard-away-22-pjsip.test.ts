import t from 'tap';
import { withLab } from '../lab/scenario.ts';
import { loadLanguages, lookAt } from './look-at.ts';
import { browserFor, openSignedIn } from './open.ts';
import { people, usersSection } from './people.ts';

void t.test('a wallboard says when Asterisk is away, or the box, and comes back by itself', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async ({ daemon, asterisk }) => {
      const url = `http://127.0.0.1:${daemon.port}/wallboard?queues=630`;
      const { page } = await openSignedIn(browser, url, people.screen, { viewport: { width: 1920, height: 1080 } });
      await page.locator('.board.live').waitFor();
      await loadLanguages(page);
      await asterisk.kill();
      await page.locator('.board.asteriskAway').waitFor();
      t.match(await page.locator('.away').textContent(), /^Asterisk has been away since \d\d:\d\d:\d\d\./);
      await asterisk.resume();
      await page.locator('.board.live').waitFor();
      await daemon.kill();
      await page.locator('.board.boxAway').waitFor();
      t.match(await page.locator('.away').textContent(), /^The box has been away since \d\d:\d\d:\d\d\. /);
      await page.locator('.corner.old').waitFor();
      await lookAt(t, page, 'wallboard-away');
      await daemon.start();
      await page.locator('.board.live').waitFor();
      await page.locator('.corner:not(.old)').waitFor();
      t.equal(await page.locator('.away').count(), 0);
    },
    { api: await usersSection() },
  );
});
