import t from 'tap';
import { withLab } from '../lab/scenario.ts';
import { loadLanguages, lookAt } from './look-at.ts';
import { browserFor } from './open.ts';
import { Panel } from './panel.ts';
import { people, usersSection } from './people.ts';

void t.test('the panel says when Asterisk is away, or the box, and comes back by itself', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, asterisk, operator } = lab;
      await lab.phone('800');
      await operator.login('800', '630');
      const panel = await Panel.open(browser, `http://127.0.0.1:${daemon.port}/`, people.boss);
      const { page } = panel;
      const member = panel.thing('member:630 PJSIP/800');
      await member.waitFor();
      await loadLanguages(page);
      await asterisk.kill();
      await page.locator('.panel.asteriskAway').waitFor();
      t.match(await page.locator('.away').textContent(), /^Asterisk has been away since \d\d:\d\d:\d\d\./);
      await panel.choose(panel.extension('800'));
      await panel.press('i');
      await panel.pick('631');
      await panel.says(page.locator('dialog .dialog-told'), 'there is no connection to Asterisk');
      await panel.press('Escape');
      await asterisk.resume();
      await page.locator('.panel.live').waitFor();
      await daemon.kill();
      await page.locator('.panel.boxAway').waitFor();
      t.match(await page.locator('.away').textContent(), /^The box has been away since \d\d:\d\d:\d\d\. /);
      await panel.choose(panel.extension('801'));
      await panel.press('i');
      await panel.pick('631');
      await panel.says(page.locator('dialog .dialog-told'), 'The box does not answer.');
      await panel.press('Escape');
      await lookAt(t, page, 'panel-away');
      await daemon.start();
      await page.locator('.panel.live').waitFor();
      t.equal(await page.locator('.away').count(), 0);
      await operator.login('800', '631');
      await panel.thing('member:631 PJSIP/800').waitFor();
    },
    { api: await usersSection() },
  );
});
