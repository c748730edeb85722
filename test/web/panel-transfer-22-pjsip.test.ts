import t from 'tap';
import { withLab } from '../lab/scenario.ts';
import { callQueue, customer } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { browserFor } from './open.ts';
import { Panel, unhurried } from './panel.ts';
import { people, usersSection } from './people.ts';

void t.test(
  'a supervisor hands callers over, those who talk and those who wait, by drag and by keyboard',
  async (t) => {
    const browser = await browserFor(t);
    await withLab(
      t,
      '22-pjsip',
      async (lab) => {
        const { daemon, operator, receiver } = lab;
        const [agent, colleague, third] = await Promise.all(['800', '801', '802'].map((number) => lab.phone(number)));
        if (agent === undefined || colleague === undefined || third === undefined) throw new Error();
        await operator.login('800', '630');
        const panel = await Panel.open(browser, `http://127.0.0.1:${daemon.port}/`, people.boss);

        await t.test('a caller who waits is dragged onto an extension', async (t) => {
          const call = await callQueue(lab, '630');
          await agent.incoming();
          await panel.caller(customer).waitFor();
          await panel.caller(customer).dragTo(panel.extension('801'));
          const answer = await colleague.incoming();
          await answer.answer();
          await panel.says(panel.extension('801'), customer);
          await panel.caller(customer).waitFor({ state: 'detached' });
          await eventually('800 rings no more', () => agent.calls.every(({ state }) => state === 'ended'));
          await call.hangUp();
          await answer.ended();
          const record = await receiver.waitForEvent('cc_cdr', { caller: customer });
          t.match(record, { queueCode: '630', missCause: '', cdrState: 'bridged' }, 'nobody was lost');
          receiver.clear();
        });

        await t.test('a caller who waits is handed to a number by keyboard', async () => {
          const call = await callQueue(lab, '630');
          await agent.incoming();
          await panel.choose(panel.caller(customer));
          await panel.press('t');
          await panel.pick('802');
          const [answer] = await Promise.all([third.incoming(), panel.done('Transfer')]);
          await answer.answer();
          await panel.says(panel.extension('802'), customer);
          await call.hangUp();
          await answer.ended();
          await receiver.waitForEvent('cc_cdr', { caller: customer });
          receiver.clear();
        });

        await t.test('who waits goes from queue to queue, and to nobody that there is not', async (t) => {
          await operator.login('801', '631');
          const call = await callQueue(lab, '630');
          await panel.choose(panel.caller(customer));
          await panel.press('t');
          await panel.pick('8999');
          await panel.says(panel.page.locator('dialog .dialog-told'), 'Extension does not exist.');
          await panel.press('Escape');
          await panel.caller(customer).waitFor();
          t.equal(call.state, 'up', 'it keeps its place');
          await panel.caller(customer).dragTo(panel.thing('queue:631'));
          await panel.says(panel.thing('queue:631'), '1 waiting');
          await colleague.incoming();
          await call.hangUp();
          await receiver.waitForEvent('cc_cdr', { caller: customer });
          receiver.clear();
        });

        await t.test('who talks is dragged, and handed over by keyboard', async () => {
          agent.behaviour = 'answer';
          const call = await callQueue(lab, '630');
          const taken = await eventually('it is answered', () => agent.calls.find(({ state }) => state === 'up'));
          await panel.says(panel.extension('800'), 'talking');
          await panel.choose(panel.page.locator('.calls .call'));
          await panel.press('t');
          await panel.pick('801');
          const [second] = await Promise.all([colleague.incoming(), panel.done('Transfer')]);
          await second.answer();
          await taken.ended();
          await panel.says(panel.extension('801'), customer);
          await panel.extension('801').dragTo(panel.extension('802'));
          const last = await third.incoming();
          await last.answer();
          await panel.says(panel.extension('802'), customer);
          await second.ended();
          await call.hangUp();
          await last.ended();
        });
        t.strictSame(
          panel.errors.map((text) => /\d{3} \(.*\)/.exec(text)?.[0]),
          ['404 (Not Found)'],
          'the number that there is not, and nothing else',
        );
      },
      { ...unhurried, api: await usersSection() },
    );
  },
);
