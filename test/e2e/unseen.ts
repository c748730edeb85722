import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { Asterisk } from '../lab/asterisk.ts';
import type { ApiConf } from '../lab/daemon.ts';
import { directDid } from '../lab/dialplan.ts';
import { AmiProxy } from '../lab/proxy.ts';
import type { Push } from '../lab/receiver.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { talk } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';

type Gap = Lab & { readonly proxy: AmiProxy };

const customer = '85322361';

/** A whole call of queue 630: 800 answers, and hangs up. */
async function wholeCall(lab: Gap): Promise<void> {
  const agent = await lab.phone('800');
  const call = await lab.provider.callIn(customer, `${directDid}630`);
  const answer = await agent.incoming();
  await answer.answer();
  await talk();
  await answer.hangUp();
  await call.hangUp();
  await eventually('no channel is left', async () =>
    (await lab.asterisk.cli('core show channels')).includes('0 active channels'),
  );
}

/** A caller of the queue who gives up. */
async function lostCall(lab: Gap): Promise<void> {
  const agent = await lab.phone('800');
  const call = await lab.provider.callIn(customer, `${directDid}630`);
  await agent.incoming();
  await call.hangUp();
  await eventually('no channel is left', async () =>
    (await lab.asterisk.cli('core show channels')).includes('0 active channels'),
  );
}

/** Section `[asterisk]` of api.conf. */
function logsOf(asterisk: Asterisk, file: 'rowsFile' | 'cdrFile'): ApiConf[string] {
  return { cdr_file: asterisk[file], queue_log: asterisk.queueLog };
}

/** The records of an event that came. A daemon killed just after one was delivered sends it again, by the same id. */
function came({ receiver }: Gap, event: 'cdr' | 'cc_cdr'): Push['json'][] {
  const pushes = receiver.pushes.filter(({ json }) => json['event'] === event);
  return [...new Map(pushes.map(({ headers, json }) => [headers['webhook-id'], json])).values()];
}

const counts = (lab: Gap): { cdr: number; cc_cdr: number } => ({
  cdr: came(lab, 'cdr').length,
  cc_cdr: came(lab, 'cc_cdr').length,
});

/** Rows that Asterisk wrote so far. */
const rowsOf = ({ asterisk }: Gap): number => readFileSync(asterisk.rowsFile, 'utf8').split('\n').length - 1;

/** Waits until every row has its cdr, and so many calls their cc_cdr; one too many shows at the end of all. */
async function settled(lab: Gap, calls: number): Promise<void> {
  const isIn = (): boolean => counts(lab).cdr >= rowsOf(lab) && counts(lab).cc_cdr >= calls;
  await eventually('every record', isIn);
}

/** The daemon is down for a call, or its connection is: both its rows and its record are found. `calls`: of before. */
async function unseen(
  t: Test,
  lab: Gap,
  calls: number,
  away: () => Promise<void>,
  back: () => Promise<void>,
): Promise<void> {
  const before = counts(lab).cdr;
  await away();
  await wholeCall(lab);
  await lostCall(lab);
  await back();
  await lab.daemon.ready();
  await settled(lab, calls + 2);
  const [answered, lost] = came(lab, 'cc_cdr').slice(calls);
  t.match(answered, {
    caller: customer,
    called: '800',
    agentCode: '800',
    queueCode: '630',
    callType: 'incoming',
    cdrState: 'bridged',
    hangupSide: 'agent',
    missCause: '',
    incomplete: true,
  });
  t.match(lost, { hangupSide: 'caller', missCause: 'MEMBER_CANCEL', cdrState: 'queue', incomplete: true });
  for (const cdr of came(lab, 'cdr').slice(before)) t.match(cdr, { source: customer, calltype: 'inbound' });
}

/** What happened while nobody looked is found in Asterisk's own logs, once; `file`: the kit's rows, or stock Asterisk's. */
export function runUnseen(setup: Setup, file: 'rowsFile' | 'cdrFile'): void {
  void t.test(setup, async (t) => {
    const proxy = new AmiProxy();
    const run = async (stage: Lab): Promise<void> => {
      const lab: Gap = { ...stage, proxy };
      const { daemon } = lab;
      await lab.phone('800');
      await lab.operator.login('800', '630');
      await t.test('AMI tells of a call', async (t) => {
        await wholeCall(lab);
        await settled(lab, 1);
        t.match(came(lab, 'cc_cdr'), [{ incomplete: false }]);
      });
      const ways: [string, () => Promise<void>, () => Promise<void>][] = [
        ['the connection is away', () => proxy.cut(), () => proxy.mend()],
        ['the daemon is stopped', () => daemon.stop(), () => daemon.launch()],
        ['the daemon is killed', () => daemon.kill(), () => daemon.launch()],
      ];
      for (const [index, [what, away, back]] of ways.entries()) {
        await t.test(what, (t) => unseen(t, lab, 1 + 2 * index, away, back));
      }
      await t.test('nothing is told twice, after another start neither', async (t) => {
        await daemon.kill();
        await daemon.launch();
        await daemon.ready();
        await sleep(8_000);
        t.strictSame(counts(lab), { cdr: rowsOf(lab), cc_cdr: 7 });
      });
      t.same(errorsIn(daemon.output), [], 'and no error in the log');
    };
    await withLab(t, setup, run, { proxy, api: (asterisk) => ({ asterisk: logsOf(asterisk, file) }) });
  });
}
