import t from 'tap';
import { directDid } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import { lookAt } from './look-at.ts';
import { browserFor, fits } from './open.ts';
import { Panel, unhurried } from './panel.ts';
import { people, usersSection } from './people.ts';

/** What callers may call themselves. */
const names = [
  '<img src=x onerror=window.harmed=1><script>window.harmed=1</script>',
  '\u202e\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627',
  '😀👩‍👩‍👧‍👦 ☎️',
  'W'.repeat(200),
  '{n} ${caller} &amp; %s',
];

void t.test('whatever callers call themselves is text, stays in its place and harms nothing', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, provider, operator } = lab;
      const agent = await lab.phone('800');
      await operator.login('800', '630');
      const panel = await Panel.open(browser, `http://127.0.0.1:${daemon.port}/`, people.boss);
      const { page } = panel;
      const calls = [];
      for (const [i, name] of names.entries()) {
        calls.push(await provider.callIn(`1380013800${i}`, `${directDid}630`, name));
        await panel.caller(`1380013800${i}`).waitFor();
        // Asterisk cuts a long name.
        await panel.says(panel.caller(`1380013800${i}`), name.slice(0, 70));
      }
      const ringing = await agent.incoming();
      await panel.says(panel.extension('800'), '<img src=x onerror');
      await panel.choose(panel.extension('800'));
      await lookAt(t, page, 'panel-hostile');
      const wide = await page.evaluate<readonly string[]>(
        "[...document.querySelectorAll('.pick')].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)",
      );
      t.strictSame(wide, [], 'nothing is wider than its tile or row');
      const places = await page.evaluate<readonly number[]>(
        "[...document.querySelectorAll('.caller bdi')].map((one) => one.offsetLeft)",
      );
      t.equal(new Set(places).size, 1, 'a name from right to left stands behind the number, as every other');
      await ringing.answer();
      await panel.says(panel.extension('800'), 'talking');
      await panel.press('Control+k');
      await page.keyboard.type('<img src=x onerror=window.harmed=1>');
      await panel.says(page.locator('dialog [role="option"]'), '<img src=x');
      await panel.press('Escape');
      await page.setViewportSize({ width: 390, height: 844 });
      await fits(t, page, '390');
      t.equal(await page.evaluate('typeof window.harmed'), 'undefined', 'no script ran');
      t.equal(await page.locator('.panel img, .panel script').count(), 0, 'no element came of it');
      for (const call of calls) await call.hangUp();
      await panel.says(page.locator('.calls .empty'), 'Nobody');
      t.strictSame(panel.errors, []);
    },
    { ...unhurried, api: await usersSection() },
  );
});
