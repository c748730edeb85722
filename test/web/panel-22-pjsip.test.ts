import type { Page } from 'playwright-core';
import t from 'tap';
import { directDid } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import { callQueue, customer } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { lookAt } from './look-at.ts';
import { accessible, browserFor, type Look, looks, picture } from './open.ts';
import { Panel, unhurried } from './panel.ts';
import { people, usersSection } from './people.ts';

/** Seconds that a timer or a countdown shows. */
const secondsOf = (text: string): number => {
  const [minutes = '', seconds = ''] = text.split(':');
  return Number(minutes) * 60 + Number(seconds);
};

/** On a phone the extensions are a tab of their own. */
const extensionsToo =
  (page: Page, name: string) =>
  async (look: Look): Promise<void> => {
    if (look.width >= 900) return;
    const tabs = page.locator('.pane-tabs button');
    await tabs.nth(1).click();
    await picture(page, `panel-${name}-extensions`, look);
    await tabs.nth(0).click();
  };

void t.test('a supervisor sees who waits, who answers, who is paused and why, and for how long', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, operator, provider } = lab;
      const [agent, , done] = await Promise.all(['800', '801', '802', '804'].map((number) => lab.phone(number)));
      if (agent === undefined || done === undefined) throw new Error();
      await operator.login('802', '630');
      const panel = await Panel.open(browser, `http://127.0.0.1:${daemon.port}/`, people.boss);
      const { page } = panel;
      const member = (extension: string) => panel.thing(`member:630 PJSIP/${extension}`);
      const calls = page.locator('.calls .call');
      const timer = async (of: ReturnType<Panel['thing']>): Promise<number> =>
        secondsOf((await of.locator('time').first().textContent()) ?? '');

      await panel.says(page.locator('.calls .empty'), 'Nobody');
      await panel.says(member('802'), 'ready');
      await panel.says(member('802'), '0 calls');
      await panel.says(panel.extension('805'), 'unreachable');
      await accessible(t, page, 'idle');

      done.behaviour = 'answer';
      const first = await callQueue(lab, '630', '02087654321');
      const served = await eventually('802 answers', () => done.calls.find(({ state }) => state === 'up'));
      await panel.says(panel.extension('802'), 'talking');
      await panel.says(panel.extension('802'), '02087654321');
      await served.hangUp();
      await first.ended();
      await panel.says(panel.extension('802'), 'wrap-up');
      await panel.says(member('802'), 'wrap-up');
      const left = await timer(member('802'));
      t.ok(left > 500 && left <= 600, `what is left of 600 s: ${left}`);
      await eventually('it counts down', async () => (await timer(member('802'))) < left);

      await operator.login('801', '630');
      await daemon.api('POST', 'queues/agent-pause', { queue: '630', member: '801', state: 'on', reason: 'lunch' });
      await panel.says(member('801'), 'Lunch break');
      await panel.says(panel.extension('801'), 'Lunch break');
      const paused = await timer(member('801'));
      await eventually('its time goes on', async () => (await timer(member('801'))) > paused);

      await operator.login('800', '630');
      const call = await provider.callIn(customer, `${directDid}630`, '吴玲 Wu Ling');
      const answer = await agent.incoming();
      const second = await provider.callIn('13800138000', `${directDid}630`, 'Li Na');
      await panel.caller('13800138000').waitFor();
      await panel.says(panel.thing('queue:630'), '2 waiting');
      const rows = page.locator('.queues .caller');
      t.match(await rows.nth(0).textContent(), new RegExp(`^1\\s*${customer} 吴玲 Wu Ling\\s*0:\\d\\d$`));
      t.match(await rows.nth(1).textContent(), /^2\s*13800138000 Li Na\s*0:\d\d$/);
      const waited = await timer(rows.nth(1));
      await eventually('its time goes on', async () => (await timer(rows.nth(1))) > waited);
      t.ok((await timer(rows.nth(0))) >= (await timer(rows.nth(1))), 'who came first has waited longer');
      await panel.says(panel.extension('800'), 'ringing');
      await panel.says(panel.extension('800'), customer);
      await panel.says(calls.first(), customer);
      await panel.says(calls.first(), 'Queue 630');
      await lookAt(t, page, 'panel-ringing', looks(), extensionsToo(page, 'ringing'));

      const places = (): Promise<unknown> =>
        page.evaluate(
          "[...document.querySelectorAll('.tile, .member')].map((one) => [one.dataset.thing, one.offsetLeft, one.offsetWidth])",
        );
      const before = await places();
      await answer.answer();
      await panel.says(panel.extension('800'), 'talking');
      await panel.says(calls.first(), 'talking');
      await panel.says(panel.thing('queue:630'), '1 waiting');
      await panel.says(rows, '13800138000');
      t.match(await rows.nth(0).textContent(), /^1/, 'the next one');
      t.strictSame(await places(), before, 'everything has kept its place');
      const talked = await timer(calls.first());
      await eventually('its time goes on', async () => (await timer(calls.first())) > talked);
      await panel.choose(panel.extension('800'));
      await lookAt(t, page, 'panel-talking', looks(), extensionsToo(page, 'talking'));

      await answer.hold();
      await panel.says(panel.extension('800'), 'on hold');
      await panel.says(calls.first(), 'on hold');
      await answer.unhold();
      await panel.says(panel.extension('800'), 'talking');
      await answer.hangUp();
      await call.ended();
      await panel.says(member('800'), 'wrap-up');
      await panel.choose(member('800'));
      await panel.press('p');
      await panel.done('Ready');
      await panel.says(member('800'), '1 call');
      t.equal(await member('800').locator('.taken').getAttribute('title'), 'Calls taken today');
      await operator.logout('800', '630');
      await member('800').waitFor({ state: 'detached' });
      await operator.login('800', '630');
      await panel.says(member('800'), '1 call');
      await second.hangUp();
      await panel.says(page.locator('.calls .empty'), 'Nobody');
      await panel.says(panel.thing('queue:630'), 'nobody waits');
      t.strictSame(panel.errors, []);
    },
    {
      ...unhurried,
      api: {
        ...(await usersSection()),
        enable: { pausetime: 'yes', pausetime_max: '600' },
        pause_reasons: { lunch: 'Lunch break', training: 'Training' },
      },
    },
  );
});
