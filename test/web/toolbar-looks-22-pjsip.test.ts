import t from 'tap';
import { did, directDid } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import { customer } from '../lab/scenarios/talk.ts';
import { barConf, hasCall, isAt, lookAt } from './bar.ts';
import { startCrm } from './crm.ts';
import { browserFor, openSignedIn } from './open.ts';
import { people, usersSection } from './people.ts';

void t.test('how the bar looks, in each state and with each list open below it', async (t) => {
  const browser = await browserFor(t);
  const crm = await startCrm();
  t.teardown(() => {
    crm.stop();
  });
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, provider, operator, ami } = lab;
      const agent = await lab.phone('800');
      await lab.phone('801');
      await operator.login('800', '630');
      await ami.action('QueueAdd', { Queue: '630', Interface: 'PJSIP/801', MemberName: 'Wang Wei' });
      const { page, errors } = await openSignedIn(browser, `http://127.0.0.1:${daemon.port}/toolbar`, people.anna);
      const panel = async (key: string, name: string, shown: string): Promise<void> => {
        await page.keyboard.press(key);
        await lookAt(t, page, name, shown, { height: 420 });
        await page.keyboard.press('Escape');
      };

      await isAt(page, 'idle');
      await lookAt(t, page, 'idle', '.me .badge.idle');
      await panel('q', 'queues', 'li[data-queue="630"]');
      await panel('?', 'menu', '.key-map');

      const call = await provider.callIn(customer, did, 'Wu <b>Ling</b>');
      await call.answered();
      await call.press('0');
      const answer = await agent.incoming();
      await answer.answer();
      await hasCall(page, 'talking');
      await lookAt(t, page, 'talking', '.call[data-phase="talking"]');
      await panel('t', 'transfer', '.panel [role="option"]');
      await answer.hold();
      await hasCall(page, 'hold');
      await page.locator('.timers .hold').waitFor();
      await lookAt(t, page, 'hold', '.call[data-phase="hold"]');
      await call.hangUp();
      await page.locator('.wrap-up').waitFor();
      await lookAt(t, page, 'wrap-up', '.wrap-up .codes');
      await panel('s', 'disposition', '.panel .codes');
      await page.keyboard.press('1');
      await isAt(page, 'idle');
      await panel('l', 'history', '.history:last-child li');

      await page.keyboard.press('p');
      await page.locator('.pauses button', { hasText: 'Lunch' }).click();
      await page.keyboard.press('Escape');
      await isAt(page, 'paused');
      await lookAt(t, page, 'paused', '.me .badge.paused');
      await page.keyboard.press('r');
      await isAt(page, 'idle');

      const later = await provider.callIn(customer, `${directDid}800`, 'x'.repeat(60));
      await agent.incoming();
      await lookAt(t, page, 'ringing', '.call[data-phase="ringing"]');
      await later.hangUp();
      await isAt(page, 'idle');
      t.strictSame(errors, [], 'nothing went wrong in the page');

      await daemon.kill();
      await page.locator('.middle .away.trouble').waitFor();
      await lookAt(t, page, 'away', '.middle .away');
    },
    { api: { ...(await usersSection()), ...barConf(crm.origin) }, ringSeconds: 240 },
  );
});
