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
  return { status, ...(JSON.parse(text) as Json) };
}

async function rows(lab: Lab, query = ''): Promise<readonly Json[]> {
  const { data } = await ask(lab, 'GET', `missed-calls${query}`);
  return (data as { missedCalls: readonly Json[] }).missedCalls;
}

/** Lost, claimed, called back by a click, reached; what came of calls; what agents do. On real Asterisk. */
export function runWork(setup: Setup): void {
  void t.test(setup, async (t) => {
    const run = async (lab: Lab): Promise<void> => {
      const { daemon, provider } = lab;
      const agent = await lab.phone('800');
      await lab.operator.login('800', '630');
      await eventually('who logs in', () => told(lab, 'agentstate').length > 0);
      t.match(told(lab, 'agentstate'), [{ agent: '800', queueCode: '630', state: 'login', reason: '' }]);

      for (let lost = 0; lost < 2; lost++) {
        const given = await callQueue(lab, '630', customer);
        const ringing = await agent.incoming();
        await talk();
        await given.hangUp();
        await ringing.ended();
        await eventually('the caller is lost', () => told(lab, 'missedcall').length > lost);
      }
      const cdrs = await eventually('the records', () =>
        told(lab, 'cc_cdr').length > 1 ? told(lab, 'cc_cdr') : undefined,
      );
      const [row] = await rows(lab);
      t.match(row, {
        ...{ id: cdrs[0]?.['uuid'], uuid: cdrs[1]?.['uuid'], number: customer, state: 'open', calls: 2 },
        ...{ queueCode: '630', missCause: 'MEMBER_CANCEL', agentCode: '800', tries: 0 },
      });
      const id = String(row?.['id']);
      t.equal((await rows(lab, '?queue=631')).length, 0);

      const claims = await Promise.all(
        ['800', '801'].map((extension) => ask(lab, 'POST', 'missed-calls/claim', { id, extension })),
      );
      t.same(
        claims.map(({ status }) => status),
        [200, 409],
        'one wins',
      );
      t.equal(claims[1]?.['message'], 'the missed call is claimed by 800');
      await daemon.kill();
      await daemon.launch();
      await daemon.ready();
      t.match(await rows(lab), [{ id, state: 'claimed', claimedBy: '800', calls: 2 }], 'after kill -9');

      provider.behaviour = 'answer';
      await lab.operator.clickNumber('800', `9${customer}`);
      const own = await agent.incoming();
      await own.answer();
      const far = await provider.incoming();
      const [closed] = await eventually('they are reached', () =>
        told(lab, 'missedcall_closed').length > 0 ? told(lab, 'missedcall_closed') : undefined,
      );
      t.match(closed, { id, state: 'closed', closedHow: 'reached', closedBy: '800', claimedBy: '800' });
      t.same(await rows(lab), []);
      await talk();
      await own.hangUp();
      await far.ended();

      // What came of a call: in time, and too late.
      const call = await callQueue(lab, '630', customer);
      const taken = await agent.incoming();
      await taken.answer();
      await talk();
      await call.hangUp();
      await taken.ended();
      const states = (): unknown[] => told(lab, 'agentstate').map(({ state }) => state);
      await eventually('after-call work', () => states().includes('wrapup'));
      const uuid = String(told(lab, 'hangup').at(-1)?.['uniqueid']);
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
      t.match(await ask(lab, 'GET', 'queues/queue-info'), { data: { 630: [{ paused: '1', reason: 'lunch' }] } });
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
        push: { events: 'all, missedcall, missedcall_closed, disposition, agentstate' },
        asterisk: { cdr_file: asterisk.rowsFile, queue_log: asterisk.queueLog },
        enable: { pausetime: 'yes', pausetime_max: '600' },
        dispositions: { sold: 'Sold', no: 'Nothing' },
        pause_reasons: { lunch: 'Lunch' },
      }),
    });
  });
}
