import t from 'tap';
import { withLab } from '../lab/scenario.ts';
import { callQueue, customer } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { lookAt } from './look-at.ts';
import { accessible, browserFor, opensAtOnce } from './open.ts';
import { Panel, unhurried } from './panel.ts';
import { people, usersSection } from './people.ts';

void t.test('by keyboard alone: log in and out, pause, listen, whisper, barge in, hang up, block, find', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, provider } = lab;
      const [agent, boss] = await Promise.all(['800', '804'].map((number) => lab.phone(number)));
      if (agent === undefined || boss === undefined) throw new Error();
      const url = `http://127.0.0.1:${daemon.port}/`;
      const panel = await Panel.open(browser, url, people.boss);
      const { page } = panel;
      const member = panel.thing('member:630 PJSIP/800');
      const focused = (): Promise<string> => page.evaluate('document.activeElement?.dataset.thing ?? ""');
      await panel.extension('800').waitFor();

      await t.test('Tab comes to each pane once, arrows go on in it', async (t) => {
        await page.evaluate('document.activeElement?.blur()');
        const seen: string[] = [];
        for (let i = 0; i < 12 && !seen.includes('extension:800'); i++) {
          await panel.press('Tab');
          seen.push(await focused());
        }
        t.strictSame(
          seen.filter((thing) => thing !== ''),
          ['queue:630', 'extension:800'],
        );
        await panel.press('ArrowRight');
        t.equal(await focused(), 'extension:801');
        await panel.press('ArrowDown', 'ArrowUp', 'ArrowLeft');
        t.equal(await focused(), 'extension:800');
        await panel.press('?');
        await panel.says(page.locator('dialog .key-map'), 'Barge in');
        await panel.press('Escape');
        await page.locator('dialog').waitFor({ state: 'detached' });
        t.equal(await focused(), 'extension:800', 'the keyboard is back where it was');
      });

      await t.test('what a key opens has the keyboard before the next key', async (t) => {
        for (const key of ['Ctrl-k', 'i', '?']) {
          await panel.choose(panel.extension('800'));
          t.ok(await opensAtOnce(page, key, 'dialog[open]'), key);
          await panel.press('Escape');
          await page.locator('dialog').waitFor({ state: 'detached' });
        }
      });

      await t.test('log in, pause with a reason, ready, log out', async () => {
        await panel.press('i');
        await panel.pick('630');
        await member.waitFor();
        await page.locator('dialog').waitFor({ state: 'detached' });
        await panel.press('p');
        await panel.pick('lunch');
        await panel.says(member, 'lunch');
        await page.locator('dialog').waitFor({ state: 'detached' });
        await panel.press('p');
        await panel.says(member, 'ready');
        await panel.press('o');
        await Promise.all([member.waitFor({ state: 'detached' }), panel.done('Log out')]);
        await panel.choose(panel.thing('queue:630'));
        await panel.press('i');
        await panel.pick('800');
        await member.waitFor();
        await page.locator('dialog').waitFor({ state: 'detached' });
      });

      await t.test('listen, whisper, barge in', async () => {
        agent.behaviour = 'answer';
        boss.behaviour = 'answer';
        const call = await callQueue(lab, '630');
        await eventually('800 talks', () => agent.calls.some(({ state }) => state === 'up'));
        await panel.says(panel.extension('800'), 'talking');
        for (const [key, deed] of [
          ['l', 'Listen'],
          ['w', 'Whisper'],
          ['b', 'Barge in'],
        ] as const) {
          await panel.choose(panel.extension('800'));
          await panel.press(key);
          const [spying] = await Promise.all([boss.incoming(), panel.done(deed)]);
          await spying.answered();
          await spying.hangUp();
          await panel.says(panel.extension('804'), 'ready');
        }
        await call.hangUp();
        await panel.says(page.locator('.calls .empty'), 'Nobody');
      });

      await t.test('hang up asks once', async (t) => {
        const call = await callQueue(lab, '630');
        await eventually('800 talks', () => agent.calls.some(({ state }) => state === 'up'));
        await panel.says(panel.extension('800'), 'talking');
        await panel.choose(panel.extension('800'));
        const button = page.locator('[data-deed="hangup"] button');
        await panel.press('h');
        await panel.says(button, 'Really hang up 800?');
        await panel.press('Escape');
        await panel.says(button, 'Hang up');
        t.equal(call.state, 'up', 'whoever thinks better of it');
        await panel.press('h', 'Enter');
        await Promise.all([call.ended(), panel.done('Hang up')]);
      });

      await t.test('what is found, and what is offered for it', async (t) => {
        const other = await provider.callIn('13800138000', '654630', 'Li Na');
        await eventually('800 talks', () => agent.calls.some(({ state }) => state === 'up'));
        await panel.says(panel.extension('800'), 'talking');
        await panel.press('Control+k');
        await panel.pick('138001');
        await panel.says(page.locator('dialog h2'), '13800138000');
        await lookAt(t, page, 'panel-command');
        await panel.pick('hang');
        await panel.says(page.locator('dialog [role="option"]'), 'Really hang up 800?');
        t.equal(other.state, 'up', 'it asks once');
        await panel.press('Enter');
        await other.ended();
        await page.locator('dialog').waitFor({ state: 'detached' });

        await panel.press('Control+k');
        await panel.pick('631');
        await panel.says(page.locator('dialog [role="option"]'), 'Log somebody in');
        await panel.press('Escape');

        await panel.press('Control+k');
        await page.keyboard.type('8532-2361');
        await page.locator('dialog [role="option"]', { hasText: '→' }).first().waitFor();
        await panel.says(page.locator('dialog [role="option"]').first(), customer);
        await panel.press('Enter');
        await panel.pick('play');
        await page.locator('.drawer .player audio').waitFor();
        t.equal(await page.locator('.filters label', { hasText: 'Number' }).locator('input').inputValue(), customer);
      });

      await t.test('an admin blocks a number, after a question', async () => {
        const admin = await Panel.open(browser, url, people.root);
        const call = await callQueue(lab, '630', '03012345678');
        await eventually('800 talks', () => agent.calls.some(({ state }) => state === 'up'));
        await admin.says(admin.extension('800'), '03012345678');
        await admin.choose(admin.page.locator('.calls .call'));
        await admin.press('x');
        await admin.says(admin.page.locator('[data-deed="block"] button'), 'Really block 03012345678?');
        await admin.press('Enter');
        await admin.done('Block');
        await call.hangUp();
        const body = await admin.drawer('Blocked');
        await admin.says(body, '03012345678');
        await body.locator('.filters input').fill('(030) 123-456');
        await body.locator('.filters button').press('Enter');
        await admin.says(body, '030123456');
        await body.locator('li', { hasText: '03012345678' }).locator('button').press('Enter');
        await eventually('it is let through again', async () => !(await body.textContent())?.includes('03012345678'));
        await accessible(t, admin.page, 'blacklist');
      });
      t.strictSame(panel.errors, []);
    },
    { ...unhurried, api: await usersSection() },
  );
});
