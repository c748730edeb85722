import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { Asterisk } from '../lab/asterisk.ts';
import type { ApiConf } from '../lab/daemon.ts';
import { directDid } from '../lab/dialplan.ts';
import { AmiProxy } from '../lab/proxy.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { talk } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from './errors.ts';

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

const counts = ({ receiver }: Gap): Record<string, number> => ({
  cdr: receiver.events('cdr').length,
  cc_cdr: receiver.events('cc_cdr').length,
});

/** Rows that Asterisk wrote so far. */
const rowsOf = ({ asterisk }: Gap): number => readFileSync(asterisk.rowsFile, 'utf8').split('\n').length - 1;

/** Waits for so many records, then a moment for one too many. */
async function settled(t: Test, lab: Gap, wanted: Record<string, number>): Promise<void> {
  const isIn = (): boolean => Object.entries(counts(lab)).every(([event, number]) => number >= (wanted[event] ?? 0));
  await eventually('every record', isIn, 20_000).catch(() => undefined);
  await sleep(6_000);
  t.strictSame(counts(lab), wanted, 'exactly one cdr for each row, one cc_cdr for each call');
}

/** The daemon is down for a call, or its connection is: both its rows and its record are found. */
async function unseen(t: Test, lab: Gap, away: () => Promise<void>, back: () => Promise<void>): Promise<void> {
  lab.receiver.clear();
  const before = rowsOf(lab);
  await away();
  await wholeCall(lab);
  await lostCall(lab);
  await back();
  await lab.daemon.ready();
  await settled(t, lab, { cdr: rowsOf(lab) - before, cc_cdr: 2 });
  const [answered, lost] = lab.receiver.events('cc_cdr');
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
  t.match(lost, {
    hangupSide: 'caller',
    missCause: 'MEMBER_CANCEL',
    cdrState: 'queue',
    incomplete: true,
  });
  for (const cdr of lab.receiver.events('cdr')) t.match(cdr, { source: customer, calltype: 'inbound' });
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
      await t.test('a call that AMI told of is not told again', async (t) => {
        await wholeCall(lab);
        await settled(t, lab, { cdr: rowsOf(lab), cc_cdr: 1 });
        t.match(lab.receiver.events('cc_cdr'), [{ incomplete: false }]);
      });
      await t.test('the connection is away', (t) =>
        unseen(
          t,
          lab,
          () => proxy.cut(),
          () => proxy.mend(),
        ),
      );
      await t.test('the daemon is stopped', (t) =>
        unseen(
          t,
          lab,
          () => daemon.stop(),
          () => daemon.launch(),
        ),
      );
      await t.test('the daemon is killed', (t) =>
        unseen(
          t,
          lab,
          () => daemon.kill(),
          () => daemon.launch(),
        ),
      );
      await t.test('after another start nothing is told again', async (t) => {
        lab.receiver.clear();
        await daemon.kill();
        await daemon.launch();
        await daemon.ready();
        await sleep(8_000);
        t.strictSame(counts(lab), { cdr: 0, cc_cdr: 0 });
      });
      t.same(errorsIn(daemon.output), [], 'and no error in the log');
    };
    await withLab(t, setup, run, { proxy, api: (asterisk) => ({ asterisk: logsOf(asterisk, file) }) });
  });
}
