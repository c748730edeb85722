import t from 'tap';
import { directDid } from '../lab/dialplan.ts';
import { withLab } from '../lab/scenario.ts';
import { eventually } from '../lab/within.ts';
import { barConf, hasCall, isAt, lookAt } from './bar.ts';
import { startCrm } from './crm.ts';
import { browserFor, openSignedIn } from './open.ts';
import { people, usersSection } from './people.ts';

/** What somebody may put into a name: markup, a turn of the direction, pictures, and a lot of it. */
const hostile = '<img src=x onerror=alert(1)>\u202Eevil😀👩‍👩‍👧‍👦';
const callerName = `${hostile}${'Wide'.repeat(50)}`.slice(0, 200);
const queueName = `<b>Q\u202E😀 ${'long'.repeat(12)}`;
const memberName = `<i>Li\u202ENa😀 ${'W'.repeat(50)}`;
const number = `+${'4930123456'.repeat(4)}`;

void t.test('hostile names of callers, queues and colleagues are texts, and move nothing', async (t) => {
  const browser = await browserFor(t);
  const crm = await startCrm();
  t.teardown(() => {
    crm.stop();
  });
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { daemon, provider, ami } = lab;
      const agent = await lab.phone('800');
      const { page, errors } = await openSignedIn(browser, `http://127.0.0.1:${daemon.port}/toolbar`, people.anna);
      await isAt(page, 'unreachable');
      await page.keyboard.press('q');
      await page.locator('.queue-list li', { hasText: queueName }).locator('button').click();
      await isAt(page, 'idle');
      await lookAt(t, page, 'hostile-queues', '.queue-list', { height: 420, isKept: false });
      await page.keyboard.press('Escape');
      for (const extension of ['801', '802']) {
        await ami.action('QueueAdd', { Queue: '630', Interface: `PJSIP/${extension}`, MemberName: memberName });
      }

      const call = await provider.callIn(number, `${directDid}999`);
      const answer = await agent.incoming();
      await hasCall(page, 'ringing');
      const shown = page.locator('.call');
      t.equal(await shown.locator('.name').textContent(), callerName);
      t.equal(await shown.locator('.path').textContent(), queueName);
      t.equal(await page.locator('main :is(img, b, i, script)').count(), 0, 'no markup of theirs');
      await eventually('the page of the customer', () =>
        page
          .context()
          .pages()
          .some((one) => new URL(one.url()).searchParams.get('queue') === queueName),
      );
      await page.bringToFront();
      await lookAt(t, page, 'hostile', '.call[data-phase="ringing"]');
      await answer.answer();
      await hasCall(page, 'talking');
      await answer.hold();
      await page.locator('.timers .hold').waitFor();
      await lookAt(t, page, 'hostile-hold', '.call[data-phase="hold"]', { isKept: false });
      await answer.unhold();
      await page.keyboard.press('t');
      t.equal(await page.locator('[role="option"] .told', { hasText: memberName }).count(), 2);
      await lookAt(t, page, 'hostile-transfer', '.panel [role="option"]', { height: 420, isKept: false });
      await page.keyboard.press('Escape');
      await answer.hangUp();
      await page.locator('.wrap-up').waitFor();
      await lookAt(t, page, 'hostile-wrap-up', '.wrap-up', { isKept: false });
      await page.keyboard.press('s');
      await lookAt(t, page, 'hostile-disposition', '.panel .codes', { height: 420, isKept: false });
      await page.keyboard.press('1');
      await isAt(page, 'idle');
      await page.keyboard.press('Escape');
      await lookAt(t, page, 'hostile-idle', '.middle .no-call', { isKept: false });
      await call.hangUp();
      t.strictSame(errors, [], 'nothing went wrong in the page');
    },
    {
      api: {
        ...(await usersSection()),
        ...barConf(crm.origin),
        dispositions: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`c${i}`, `${hostile} number ${i}`])),
      },
      ringSeconds: 240,
      extra: {
        'queues.conf': `[${queueName}]\nstrategy = ringall\ntimeout = 200\n`,
        // By SIP, Asterisk keeps 79 bytes of a name.
        'extensions.conf': `[did](+)\nexten => ${directDid}999,1,Answer()\n same => n,Set(CALLERID(name)=${callerName})\n same => n,Queue(${queueName})\n same => n,Hangup()\n`,
      },
    },
  );
});
