import t from 'tap';
import type { Push } from '../lab/receiver.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { callQueue, talk } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';

/** A customer whom the dialplan reaches as 9 and the number. */
const customer = '18782985586';

type Json = Push['json'];

/** The pushes of an event, each once. */
function told({ receiver }: Lab, event: string): Json[] {
  const pushes = receiver.pushes.filter(({ json }) => json['event'] === event);
  return [...new Map(pushes.map(({ headers, json }, i) => [headers['webhook-id'] ?? String(i), json])).values()];
}

async function ask(
  { daemon }: Lab,
  method: string,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<Json> {
  const { status, text } = await daemon.api(method, path, form);
  return { ...(JSON.parse(text) as Json), status };
}

/** What came of calls, and what agents do, on real Asterisk. */
export function runWork(setup: Setup): void {
  void t.test(setup, async (t) => {
    const run = async (lab: Lab): Promise<void> => {
      const { daemon } = lab;
      const agent = await lab.phone('800');
      await lab.operator.login('800', '630');
      await eventually('who logs in', () => told(lab, 'agentstate').length > 0);
      t.match(told(lab, 'agentstate'), [{ agent: '800', queueCode: '630', state: 'login', reason: '' }]);

      // What came of a call: in time, and too late.
      const call = await callQueue(lab, '630', customer);
      const taken = await agent.incoming();
      await taken.answer();
      await talk();
      await call.hangUp();
      await taken.ended();
      const states = (): unknown[] => told(lab, 'agentstate').map(({ state }) => state);
      await eventually('after-call work', () => states().includes('wrapup'));
      const { uniqueid } = await eventually('its hang-up', () => told(lab, 'hangup').at(-1));
      const uuid = String(uniqueid);
      const before = told(lab, 'cc_cdr').length;
      const inTime = { uuid, code: 'sold', note: 'two of them', extension: '800', ready: '1' };
      t.match(await ask(lab, 'POST', 'calls/disposition', inTime), { status: 200, data: { inRecord: true } });
      const record = await eventually('its record', () => told(lab, 'cc_cdr')[before]);
      t.match(record, { uuid, disposition: 'sold', dispositionNote: 'two of them', agentCode: '800' });
      t.ok(Number(record['pauseTime']) < 600, 'it ended after-call work');
      await eventually('ready', () => states().at(-1) === 'unpause');
      const late = { uuid, code: 'no', extension: '800' };
      t.match(await ask(lab, 'POST', 'calls/disposition', late), { status: 200, data: { inRecord: false } });
      await eventually('both are told', () => told(lab, 'disposition').length > 1);
      t.match(told(lab, 'disposition'), [
        { uuid, agentCode: '800', code: 'sold', text: 'Sold', note: 'two of them' },
        { uuid, code: 'no', text: 'Nothing' },
      ]);
      t.equal(told(lab, 'cc_cdr').length, before + 1);
      t.match(await ask(lab, 'POST', 'calls/disposition', { uuid, code: 'maybe' }), { status: 400 });

      // Why an agent is paused; another program's pause that calls itself after-call work is none.
      const pause = { queue: '630', member: '800', state: 'on', reason: 'lunch' };
      t.match(await ask(lab, 'POST', 'queues/agent-pause', pause), { status: 200 });
      t.match(await ask(lab, 'GET', 'queues/queue-info'), { data: { 630: [{ paused: '1' }] } });
      t.match(await ask(lab, 'POST', 'queues/agent-pause', { ...pause, reason: 'tea' }), { status: 400 });
      await eventually('the pause', () => told(lab, 'agentstate').at(-1)?.['reason'] === 'lunch');
      await lab.operator.pause('800', '630', 'off');
      const named = { Queue: '630', Interface: `${lab.asterisk.tech}/800`, Paused: 'true', Reason: 'wrap-up' };
      await lab.ami.action('QueuePause', named);
      await eventually('the other pause', () => told(lab, 'agentstate').at(-1)?.['reason'] === 'wrap-up');
      t.equal(told(lab, 'agentstate').at(-1)?.['state'], 'pause');
      await lab.operator.logout('800', '630');
      await eventually('who logs out', () => states().at(-1) === 'logout');
      t.same(errorsIn(daemon.output), [], 'and no error in the log');
    };
    await withLab(t, setup, run, {
      api: (asterisk) => ({
        push: { events: 'all, disposition, agentstate' },
        asterisk: { cdr_file: asterisk.rowsFile, queue_log: asterisk.queueLog },
        enable: { pausetime: 'yes', pausetime_max: '600' },
        dispositions: { sold: 'Sold', no: 'Nothing' },
        pause_reasons: { lunch: 'Lunch' },
      }),
    });
  });
}
