import t from 'tap';
import { withLab } from '../lab/scenario.ts';
import { callQueue, customer } from '../lab/scenarios/talk.ts';
import { lookAt } from './look-at.ts';
import { browserFor, openSignedIn } from './open.ts';
import { Panel, unhurried } from './panel.ts';
import { people, usersSection } from './people.ts';

void t.test('an agent sees and does only what an agent may, an admin more than a supervisor', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, operator } = lab;
      const url = `http://127.0.0.1:${daemon.port}/`;
      const [own, colleague] = await Promise.all(['800', '801'].map((number) => lab.phone(number)));
      if (own === undefined || colleague === undefined) throw new Error();
      await operator.login('800', '630');
      await operator.login('801', '631');
      const anna = await Panel.open(browser, url, people.anna);
      const boss = await Panel.open(browser, url, people.boss);
      const root = await Panel.open(browser, url, people.root);

      const mine = await callQueue(lab, '630');
      const answer = await own.incoming();
      const others = await callQueue(lab, '631', '13800138000');
      const theirs = await colleague.incoming();
      await theirs.answer();
      await answer.answer();
      const waiting = await callQueue(lab, '630', '03012345678');
      await boss.caller('03012345678').waitFor();
      await boss.says(boss.page.locator('.calls'), '13800138000');
      await boss.says(boss.extension('801'), 'talking');

      await t.test('an agent: the own phone and calls, and the states of colleagues', async (t) => {
        await anna.says(anna.extension('800'), 'talking');
        await anna.says(anna.extension('800'), customer);
        await anna.says(anna.extension('801'), 'talking');
        const all = (await anna.page.locator('.panel').textContent()) ?? '';
        t.notMatch(all, /13800138000/, 'nobody else’s caller');
        await anna.choose(anna.extension('800'));
        t.strictSame(await anna.deeds(), ['transfer', 'hangup', 'pause', 'login', 'logout', 'records']);
        await anna.choose(anna.extension('801'));
        t.strictSame(await anna.deeds(), ['call'], 'of a colleague');
        await anna.choose(anna.thing('queue:630'));
        t.strictSame(await anna.deeds(), []);
        t.equal(await anna.page.locator('.queues .caller[draggable="true"]').count(), 0);
        t.equal(
          await anna.page.locator('.drawer-tabs button', { hasText: /Figures|Deliveries|Blocked|Users/ }).count(),
          0,
        );
        await anna.choose(anna.extension('801'));
        await anna.press('l', 'h', 'p');
        t.equal(theirs.state, 'up', 'no key does what is not offered');
        await lookAt(t, anna.page, 'panel-agent');
        await anna.choose(anna.extension('800'));
        await anna.press('p');
        await anna.pick('lunch');
        await anna.page.locator('dialog').waitFor({ state: 'detached' });
        await anna.page.locator('[data-deed="ready"]').waitFor();
        await anna.press('p');
        await anna.done('Ready');
        await anna.press('i');
        await anna.pick('632');
        await anna.thing('member:632 PJSIP/800').waitFor();
      });

      await t.test('a supervisor: everybody’s', async (t) => {
        await boss.choose(boss.extension('801'));
        t.strictSame(await boss.deeds(), [
          'transfer',
          'listen',
          'whisper',
          'barge',
          'hangup',
          'pause',
          'login',
          'logout',
          'call',
          'records',
        ]);
        await boss.choose(boss.caller('03012345678'));
        t.strictSame(await boss.deeds(), ['transfer', 'call', 'records']);
        t.equal(await boss.page.locator('.drawer-tabs button', { hasText: /Deliveries|Blocked|Users/ }).count(), 0);
      });

      await t.test('an admin: numbers are blocked, and which phone is theirs is asked', async (t) => {
        await root.choose(root.caller('03012345678'));
        t.strictSame(await root.deeds(), ['transfer', 'call', 'records', 'block']);
        t.equal(await root.page.locator('.drawer-tabs button', { hasText: /Deliveries|Blocked|Users/ }).count(), 3);
        const third = await lab.phone('804');
        third.behaviour = 'answer';
        await root.choose(root.extension('801'));
        await root.press('l');
        await root.page.getByPlaceholder('Which phone is yours?').waitFor();
        await root.pick('804');
        const [spying] = await Promise.all([third.incoming(), root.done('Listen')]);
        await spying.answered();
      });

      await t.test('a screen on the wall: nothing', async () => {
        const { page } = await openSignedIn(browser, url, people.screen);
        await page.getByText('who has no business here').waitFor();
      });
      for (const call of [mine, others, waiting]) await call.hangUp();
      for (const panel of [anna, boss, root]) t.strictSame(panel.errors, []);
    },
    { ...unhurried, api: await usersSection() },
  );
});
