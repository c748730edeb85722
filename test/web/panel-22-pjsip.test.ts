import t from 'tap';
import { openPage, startBrowser } from '../lab/browser.ts';
import { withLab } from '../lab/scenario.ts';
import { callQueue } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { accessible, buildOnce, fits, looks, picture, show, signIn } from './open.ts';
import { people, usersSection } from './people.ts';

void t.test('a supervisor watches a call, listens in, and transfers it by drag and by keyboard', async (t) => {
  await buildOnce();
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, operator, receiver } = lab;
      const url = `http://127.0.0.1:${daemon.port}/`;
      const [agent, colleague, third, boss] = await Promise.all(
        ['800', '801', '802', '804'].map((extension) => lab.phone(extension)),
      );
      if (agent === undefined || colleague === undefined || third === undefined || boss === undefined)
        throw new Error();
      await operator.login('800', '630');
      const { page, errors } = await openPage(browser, url);
      await signIn(page, people.boss);
      const text = async (selector: string): Promise<string> =>
        (await page.locator(selector).allTextContents()).join(' | ');
      const says = (selector: string, what: string): Promise<unknown> =>
        eventually(`${selector} says ${what}`, async () => (await text(selector)).includes(what));

      await says('[data-thing="member:630 PJSIP/800"]', '800');
      await says('.calls .empty', 'Nobody');
      await accessible(t, page, 'idle');

      agent.behaviour = 'ring';
      const call = await callQueue(lab, '630', '85322361');
      await agent.incoming();
      await says('.queues .caller', '85322361');
      await says('[data-thing="extension:800"]', 'ringing');
      // As many as the queue lets it ring for.
      for (const look of looks([[1280, 800]]).filter(
        ({ language, theme }) => (language === 'en') === (theme === 'light'),
      )) {
        await show(page, url, look);
        await page.locator('.calls .call').waitFor();
        await picture(page, 'panel-ringing', look);
        await fits(t, page, `panel ${look.language} ${look.theme} ${look.width}`);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(url);

      // It rings anew, again and again.
      agent.behaviour = 'answer';
      const taken = await eventually('it is answered', () => agent.calls.find(({ state }) => state === 'up'));
      await says('[data-thing="extension:800"]', 'talking');
      await says('.calls .call', '85322361');

      boss.behaviour = 'answer';
      await page.locator('[data-thing="extension:800"]').focus();
      const done = page.locator('.deed-bar .outcome .done').waitFor();
      await page.keyboard.press('l');
      const spying = await boss.incoming();
      await Promise.all([spying.answered(), done]);
      await spying.hangUp();

      colleague.behaviour = 'answer';
      await page.locator('.calls .call').focus();
      await page.keyboard.press('t');
      await page.locator('dialog[open] input').waitFor();
      await page.keyboard.type('801');
      await page.keyboard.press('Enter');
      await (await colleague.incoming()).answered();
      await taken.ended();
      await says('[data-thing="extension:801"]', '85322361');
      await page.locator('dialog[open]').waitFor({ state: 'detached' });

      third.behaviour = 'answer';
      await page.locator('[data-thing="extension:801"]').dragTo(page.locator('[data-thing="extension:802"]'));
      await (await third.incoming()).answered();
      await says('[data-thing="extension:802"]', '85322361');

      await page.locator('[data-thing="member:630 PJSIP/800"]').focus();
      await page.keyboard.press('p');
      await page.keyboard.type('lunch');
      await page.keyboard.press('Enter');
      await says('[data-thing="member:630 PJSIP/800"]', 'lunch');
      await page.locator('dialog[open]').waitFor({ state: 'detached' });
      await page.locator('.calls .call').focus();
      for (const look of looks()) {
        await show(page, url, look);
        await page.locator('.panes').waitFor();
        if (look.width < 900) await page.locator('.pane-tabs button').nth(1).click();
        await page.locator('[data-thing="extension:802"]').waitFor();
        await page.locator('[data-thing="extension:802"]').focus();
        await picture(page, 'panel-talking', look);
        await accessible(t, page, `panel ${look.language} ${look.theme} ${look.width}`);
        await fits(t, page, `panel ${look.language} ${look.theme} ${look.width}`);
      }
      await show(page, url, { language: 'en', theme: 'light', width: 1280, height: 800 });

      await says('[data-thing="extension:802"]', '85322361');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('802');
      await page.keyboard.press('Enter');
      await page.keyboard.type('hang');
      await page.keyboard.press('Enter');
      await page.locator('dialog[open] [role="option"]', { hasText: 'Really hang up 802' }).waitFor();
      t.equal(call.state, 'up', 'it asks once');
      await page.keyboard.press('Enter');
      await call.ended();
      await says('.calls .empty', 'Nobody');

      await page.locator('.drawer-tabs button', { hasText: 'Records' }).click();
      await page.locator('.filters label', { hasText: 'Number' }).locator('input').fill('8532-2361');
      await says('.virtual tbody', '85322361');
      await page.locator('.virtual [aria-label="Play the recording"]').first().click();
      await page.locator('.player audio').waitFor();
      await page.evaluate(
        "{ const audio = document.querySelector('.player audio'); audio.muted = true; void audio.play(); }",
      );
      await eventually('it plays', () => page.evaluate("document.querySelector('.player audio').currentTime > 0"));
      await says('.player .heard', 'boss');
      await picture(page, 'panel-records', { language: 'en', theme: 'light', width: 1280, height: 800 });
      await accessible(t, page, 'records');
      await page.locator('.filters label', { hasText: 'Number' }).locator('input').fill('999999');
      await says('.drawer-body .empty', 'No record');
      await page.locator('.drawer-tabs button', { hasText: 'Figures' }).click();
      await page.locator('.chart').first().waitFor();
      await picture(page, 'panel-figures', { language: 'en', theme: 'light', width: 1280, height: 800 });
      await accessible(t, page, 'figures');

      const admin = await openPage(browser, url);
      await signIn(admin.page, people.root);
      await admin.page.locator('.drawer-tabs button', { hasText: 'Deliveries' }).click();
      await admin.page.locator('.drawer tbody tr').first().waitFor();
      const before = receiver.pushes.length;
      await admin.page.locator('.drawer tbody button').first().click();
      await eventually('a delivery is replayed', () => receiver.pushes.length > before);
      await picture(admin.page, 'panel-deliveries', { language: 'en', theme: 'light', width: 1280, height: 800 });
      await accessible(t, admin.page, 'deliveries');
      await admin.page.locator('.drawer-tabs button', { hasText: 'Blocked' }).click();
      await admin.page.locator('.filters input').fill('(030) 123-456');
      await admin.page.locator('.filters button').click();
      await eventually('the number is blocked', async () =>
        (await admin.page.locator('.lines').allTextContents()).join('').includes('030123456'),
      );
      await accessible(t, admin.page, 'blacklist');
      t.strictSame([...errors, ...admin.errors], []);
    },
    { api: await usersSection() },
  );
});
