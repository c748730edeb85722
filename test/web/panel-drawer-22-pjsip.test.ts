import t from 'tap';
import { withLab } from '../lab/scenario.ts';
import { callQueue, customer, served } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { lookAt } from './look-at.ts';
import { browserFor } from './open.ts';
import { Panel } from './panel.ts';
import { people, usersSection } from './people.ts';

void t.test('records are found and played, and who listened is shown; deliveries are sent again', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, receiver, operator } = lab;
      const url = `http://127.0.0.1:${daemon.port}/`;
      const { call, answer } = await served(lab);
      await call.hangUp();
      await answer.ended();
      await receiver.waitForEvent('cc_cdr', { caller: customer });
      await operator.logout('800', '630');
      const lost = await callQueue(lab, '631', '13800138000');
      await lost.ended();
      const { missCause } = await receiver.waitForEvent('cc_cdr', { caller: '13800138000' });
      t.equal(missCause, 'NO_AGENT_LOGIN');

      await t.test('records, by number, agent, queue, day and cause', async (t) => {
        const panel = await Panel.open(browser, url, people.boss);
        const { page } = panel;
        const body = await panel.drawer('Records');
        const rows = body.locator('.virtual tbody');
        const field = (name: string) => body.getByLabel(name, { exact: true });
        const found = async (what: string): Promise<void> => {
          let texts: readonly string[] = [];
          await eventually(
            `found: ${what}`,
            async () => {
              texts = await rows.locator('tr:not([aria-hidden])').allTextContents();
              const numbers = texts.map((text) => [customer, '13800138000'].find((number) => text.includes(number)));
              return numbers.join(' ') === what;
            },
            20000,
          ).catch((cause: unknown) => {
            throw new Error(`found ${texts.join(' | ')}, and not ${what}`, { cause });
          });
        };
        const both = `13800138000 ${customer}`;
        await found(both);
        const clear = body.locator('.filters button');
        for (const [name, value, what] of [
          ['Number', '8532-2361', customer],
          ['Agent', '800', customer],
          ['Queue', '631', '13800138000'],
          ['Queue', '630', customer],
          ['Number', '138 0013 8000', '13800138000'],
        ] as const) {
          await field(name).fill(value);
          await found(what);
          await clear.click();
          await found(both);
        }
        await body.locator('.filters select').last().selectOption('any');
        await found('13800138000');
        await panel.says(rows, 'nobody logged in');
        await body.locator('.filters select').last().selectOption('NO_ASSIGN');
        await panel.says(body.locator('.empty'), 'No record has all that');
        await clear.click();
        await found(both);
        const today = await page.evaluate<string>("document.querySelector('.virtual td').textContent.slice(0, 10)");
        await field('From day').fill('2020-01-01');
        await field('To day').fill('2020-01-02');
        await panel.says(body.locator('.empty'), 'No record');
        await field('From day').fill(today);
        await field('To day').fill(today);
        await found(both);

        await t.test('played where it stands, and noted who listened', async (t) => {
          await body.locator('[aria-label="Play the recording"]').first().click();
          await body.locator('.player audio').waitFor();
          await page.evaluate(
            "{ const audio = document.querySelector('.player audio'); audio.muted = true; void audio.play(); }",
          );
          await eventually('it plays', () => page.evaluate("document.querySelector('.player audio').currentTime > 0"));
          await panel.says(body.locator('.heard'), 'boss');
          await lookAt(t, page, 'panel-records');
        });

        await panel.drawer('Figures');
        await page.locator('.chart').first().waitFor();
        await lookAt(t, page, 'panel-figures');
        t.strictSame(panel.errors, []);
      });

      await t.test('deliveries with their errors, sent again', async (t) => {
        const panel = await Panel.open(browser, url, people.root);
        await receiver.down();
        const gone = await callQueue(lab, '631', '03087654321');
        await gone.ended();
        const body = await panel.drawer('Deliveries');
        const failed = body.locator('tbody tr', { hasText: 'ECONNREFUSED' }).first();
        const records = body.locator('tbody tr', { hasText: 'cc_cdr' });
        const row = records.first();
        await eventually('it says why', async () => {
          await body.locator('.filters button', { hasText: 'Look again' }).click();
          return (await failed.count()) > 0;
        }).catch(async () => {
          throw new Error(await body.innerText());
        });
        await panel.says(panel.page.locator('.health'), 'Receivers');
        await lookAt(t, panel.page, 'panel-deliveries');
        await receiver.up();
        await receiver.waitForEvent('cc_cdr', { caller: '03087654321' });
        await eventually('it is delivered', async () => {
          await body.locator('.filters button', { hasText: 'Look again' }).click();
          // Before the list has the third call, its first row is the second's.
          return (await records.count()) === 3 && ((await row.textContent()) ?? '').includes('delivered');
        });
        const sent = (): number => receiver.events('cc_cdr').filter(({ caller }) => caller === '03087654321').length;
        const before = sent();
        await row.locator('button').press('Enter');
        await eventually('it is sent again', () => sent() > before);
        t.strictSame(panel.errors, []);
      });
    },
    { api: await usersSection() },
  );
});
