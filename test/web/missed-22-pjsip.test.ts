import type { Locator } from 'playwright-core';
import t from 'tap';
import { withLab } from '../lab/scenario.ts';
import { eventually } from '../lab/within.ts';
import { lookAt } from './look-at.ts';
import { accessible, browserFor, opensAtOnce, show } from './open.ts';
import { Panel } from './panel.ts';
import { people, usersSection } from './people.ts';

const customer = '18782985586';
const long = `<img src=x onerror=alert(1)> 🎧 שלום ${'Wolfeschlegelsteinhausen '.repeat(6)}`.slice(0, 190);

void t.test('a caller gives up, is called back from the panel, and is no missed call any more', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, operator, provider } = lab;
      const url = `http://127.0.0.1:${daemon.port}/`;
      const agent = await lab.phone('800');
      await operator.login('800', '630');
      const anna = await Panel.open(browser, url, people.anna);
      const boss = await Panel.open(browser, url, people.boss);
      const rowOf = ({ page }: Panel, number: string): Locator => page.locator('tr.missed', { hasText: number });
      const count = (panel: Panel, n: string): Promise<void> =>
        panel.says(panel.page.locator('.drawer-tabs .count'), n);
      const lose = async (from: string, name = ''): Promise<void> => {
        const call = await provider.callIn(from, '654630', name);
        await call.answered();
        const ringing = await agent.incoming();
        await call.hangUp();
        await ringing.ended();
      };
      for (const panel of [anna, boss]) {
        const body = await panel.drawer('Missed calls');
        await panel.says(body.locator('.empty'), 'Nobody is waiting for a call back');
      }
      await accessible(t, anna.page, 'nobody is missed');

      await lose(customer, 'Wu <b>Ling</b>');
      await rowOf(anna, customer).waitFor();
      t.equal(await rowOf(anna, customer).locator('.who .told').textContent(), 'Wu <b>Ling</b>', 'a name is text');
      await Promise.all([count(anna, '1'), count(boss, '1')]);
      await lose('+8613800138000', long);
      await lose('02087654321', '王小明');
      await rowOf(anna, '02087654321').waitFor();
      await lose(customer);
      await anna.says(rowOf(anna, customer).locator('[data-label="Calls"]'), '2');
      const order = await anna.page.locator('tr.missed th .figure').allTextContents();
      t.same(order, [customer, '02087654321', '+8613800138000'], 'who was lost last is the first');

      await rowOf(boss, '+8613800138000').getByRole('button', { name: 'Claim' }).click();
      await anna.says(rowOf(anna, '+8613800138000').locator('.badge'), 'boss 804');
      t.equal(await rowOf(anna, '+8613800138000').locator('button').count(), 0, 'nothing for anna to do there');

      await rowOf(boss, '02087654321').locator('[aria-expanded]').click();
      await boss.page.locator('.closing .note').fill('13:00 Uhr / 下午一点');
      await lookAt(t, boss.page, 'panel-missed');
      await show(boss.page, url, { language: 'en', theme: 'light', width: 1024, height: 800 });
      await boss.drawer('Missed calls');
      const claim = await rowOf(boss, customer).getByRole('button', { name: 'Claim' }).boundingBox();
      t.ok(claim !== null && claim.x + claim.width <= 1024, 'what may be done is in sight at 1024 px, too');
      await show(boss.page, url, { language: 'en', theme: 'light', width: 1280, height: 800 });
      await boss.drawer('Missed calls');

      // By keyboard alone: the arrows go along the buttons, Enter calls.
      const focused = (): Promise<string> =>
        anna.page.evaluate(
          "document.activeElement.closest('tr')?.dataset.id + ' ' + document.activeElement.textContent",
        );
      const idOf = async (number: string): Promise<string> => String(await rowOf(anna, number).getAttribute('data-id'));
      await rowOf(anna, '02087654321').getByRole('button', { name: 'Call back' }).focus();
      await anna.press('ArrowRight');
      t.equal(await focused(), `${await idOf('02087654321')} Close …`);
      t.ok(await opensAtOnce(anna.page, 'Enter', '.closing'), 'what came of it can be typed at once');
      await anna.press('Escape');
      t.equal(await focused(), `${await idOf('02087654321')} Close …`, 'Escape leaves it as it is');
      await anna.press('ArrowLeft', 'ArrowUp');
      t.equal(await focused(), `${await idOf(customer)} Call back`);
      provider.behaviour = 'ring';
      await anna.press('Enter');
      const own = await agent.incoming();
      await own.answer();
      const far = await provider.incoming();
      await boss.says(rowOf(boss, customer).locator('.badge'), 'anna 800');
      await far.answer();
      await Promise.all([anna, boss].map((panel) => rowOf(panel, customer).waitFor({ state: 'detached' })));
      await Promise.all([count(anna, '2'), count(boss, '2')]);
      t.equal(await focused(), `${await idOf('02087654321')} Call back`, 'the keyboard goes on with the next');
      await own.hangUp();
      await far.ended();

      await rowOf(boss, '02087654321').getByRole('button', { name: 'Close …' }).press('Enter');
      await boss.page.locator('.closing select:focus').selectOption('sold');
      await boss.press('Tab');
      await boss.page.keyboard.type('wants "12" of <them>');
      await boss.press('Enter');
      await Promise.all([anna, boss].map((panel) => rowOf(panel, '02087654321').waitFor({ state: 'detached' })));
      await boss.page.locator('.missed .filters select').selectOption('closed');
      await boss.says(rowOf(boss, '02087654321').locator('.badge'), 'closed · boss 804');
      await boss.says(rowOf(boss, '02087654321').locator('.said'), 'Sold: wants "12" of <them>');
      await boss.says(rowOf(boss, customer).locator('.badge'), 'called back · 800');
      await lookAt(t, boss.page, 'panel-missed-closed');
      await rowOf(boss, '02087654321').getByRole('button', { name: 'Open again' }).click();
      await rowOf(anna, '02087654321').waitFor();
      await rowOf(boss, '02087654321').waitFor({ state: 'detached' });

      // A press that the box refuses says why, where it was pressed.
      await rowOf(anna, '02087654321').getByRole('button', { name: 'Claim' }).click();
      await rowOf(anna, '02087654321').getByRole('button', { name: 'Let go' }).waitFor();
      await daemon.kill();
      await rowOf(anna, '02087654321').getByRole('button', { name: 'Let go' }).click();
      await anna.says(rowOf(anna, '02087654321').locator('.outcome'), 'The box does not answer.');
      await daemon.launch();
      await daemon.ready();
      await eventually('the page is back', () => anna.page.locator('.panel.live').count().then(Boolean));
      await anna.says(rowOf(anna, '02087654321').locator('.badge'), 'anna 800');

      await lab.asterisk.kill();
      await boss.page.reload();
      await boss.page.locator('.panel.asteriskAway').waitFor();
      await boss.drawer('Missed calls');
      await rowOf(boss, '02087654321').waitFor();
      t.strictSame(
        [...anna.errors, ...boss.errors].filter((error) => !error.includes('net::ERR_')),
        [],
      );
    },
    {
      api: {
        ...(await usersSection()),
        dialplan: { outside: '9' },
        dispositions: { sold: 'Sold', callback: 'Call back later' },
      },
    },
  );
});
