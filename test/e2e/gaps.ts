import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { Call } from '../lab/call.ts';
import { did, directDid } from '../lab/dialplan.ts';
import { AmiProxy } from '../lab/proxy.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { talk } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { errorsIn } from '../oracle/errors.ts';

type Gap = Lab & { readonly proxy: AmiProxy };
type Told = Readonly<Record<string, unknown>>;

const customer = '85322361';

/** Phones ring, callers wait and menus listen until a daemon or an Asterisk is back, however long that takes. */
const slowly = {
  'queues.conf': '[630](+)\ntimeout = 300\n',
  'extensions.conf': '[globals](+)\nCOOCENTER_TIMEOUT = 300\nCOOCENTER_MENU_WAIT = 300\n',
};

/** A customer rings queue 630, and its agent's phone rings. */
async function ring(lab: Gap): Promise<{ call: Call; answer: Call }> {
  lab.receiver.clear();
  const agent = await lab.phone('800');
  const call = await lab.provider.callIn(customer, `${directDid}630`);
  const answer = await agent.incoming();
  // The daemon knows it too, before anything is taken away: that the phone was called, and that it rings.
  await lab.receiver.waitForEvent('dialbegein');
  await lab.receiver.waitForEvent('extensionstatus', { exten: '800', statustext: 'Ringing' });
  return { call, answer };
}

/** As `ring`; they talk. */
async function converse(lab: Gap): Promise<{ call: Call; answer: Call }> {
  const ends = await ring(lab);
  await ends.answer.answer();
  await talk();
  return ends;
}

/** The one cc_cdr of the call, waited for; then a moment for a second one, which must not come. */
async function theRecord(t: Test, { receiver }: Gap): Promise<Told> {
  const record = await receiver.waitForEvent('cc_cdr');
  await sleep(1_800);
  t.equal(receiver.events('cc_cdr').length, 1, 'contract §3.7: exactly one cc_cdr');
  t.match(record, { caller: customer, queueCode: '630', callType: 'incoming', missCause: /^[A-Z_]*$/ });
  return record;
}

/** Everything is as it was: nothing was missed while the connection was away. */
async function cutWithoutNews(t: Test, lab: Gap): Promise<void> {
  const { call } = await converse(lab);
  await lab.proxy.cut();
  await lab.proxy.mend();
  await lab.daemon.ready();
  await talk();
  await call.hangUp();
  const record = await theRecord(t, lab);
  const wanted = { agentCode: '800', called: '800', hangupSide: 'caller', cdrState: 'bridged', missCause: '' };
  t.match(record, { ...wanted, trunkNumber: `${directDid}630`, incomplete: false });
  t.match(record['agents'], [{ agent: '800' }], 'one conversation');
}

/** The caller hangs up while nobody looks. */
async function endsUnseen(t: Test, lab: Gap): Promise<void> {
  const { call, answer } = await converse(lab);
  await lab.proxy.cut();
  await call.hangUp();
  await answer.ended();
  await lab.proxy.mend();
  await lab.daemon.ready();
  const record = await theRecord(t, lab);
  t.match(record, { agentCode: '800', cdrState: 'bridged', missCause: '', hangupSide: 'system', incomplete: true });
}

/** The agent answers while nobody looks. */
async function answeredUnseen(t: Test, lab: Gap): Promise<void> {
  const { call, answer } = await ring(lab);
  await lab.proxy.cut();
  await answer.answer();
  await talk();
  await lab.proxy.mend();
  await lab.daemon.ready();
  await call.hangUp();
  const record = await theRecord(t, lab);
  t.match(record, { agentCode: '800', called: '800', cdrState: 'bridged', hangupSide: 'caller', incomplete: true });
  t.match(record, { missCause: '', agents: [{ agent: '800' }], queues: [{ queueCode: '630', outcome: 'answered' }] });
}

/** What ends the daemon. */
type End = 'stop' | 'kill';

async function restart({ daemon }: Gap, end: End): Promise<void> {
  await daemon[end]();
  await daemon.launch();
  await daemon.ready();
}

/** The daemon is another one in mid-conversation. */
async function restartTalking(t: Test, lab: Gap, end: End): Promise<void> {
  const { answer } = await converse(lab);
  await restart(lab, end);
  await answer.hangUp();
  const record = await theRecord(t, lab);
  t.match(record, { agentCode: '800', called: '800', hangupSide: 'agent', missCause: '', incomplete: true });
  t.match(record, { agents: [{ agent: '800' }], queues: [{ queueCode: '630', outcome: 'answered' }] });
}

/** The daemon is another one while the caller waits; who answers then is seen. */
async function restartWaiting(t: Test, lab: Gap, end: End): Promise<void> {
  const { call, answer } = await ring(lab);
  await sleep(1_200);
  await restart(lab, end);
  await answer.answer();
  await talk();
  await call.hangUp();
  const record = await theRecord(t, lab);
  t.match(record, { agentCode: '800', called: '800', hangupSide: 'caller', missCause: '', incomplete: true });
  t.ok(Number(record['queueTime']) >= 1, 'how long the caller waited is known to Asterisk');
}

/** The daemon ends just after the caller did: what it knows is not lost. */
async function stopAfterwards(t: Test, lab: Gap): Promise<void> {
  const { call } = await converse(lab);
  await call.hangUp();
  await lab.receiver.waitForEvent('hangup', { connectedlinenum: '800' });
  await lab.daemon.stop();
  t.match(await theRecord(t, lab), { agentCode: '800', hangupSide: 'caller', incomplete: false });
  await lab.daemon.launch();
  await lab.daemon.ready();
}

/** The daemon is another one while the caller hears the menu. */
async function restartInMenu(t: Test, lab: Gap, end: End): Promise<void> {
  lab.receiver.clear();
  const agent = await lab.phone('800');
  const from = lab.ami.events.length;
  const call = await lab.provider.callIn(customer, did);
  await call.answered();
  const isMenu = ({ Context }: Readonly<Partial<Record<string, string>>>): boolean => Context === 'ivr-610';
  await lab.ami.event('Newexten', isMenu, { from });
  await restart(lab, end);
  await call.press('0');
  await (await agent.incoming()).answer();
  await talk();
  await call.hangUp();
  const record = await theRecord(t, lab);
  t.match(record, { agentCode: '800', ivrId: '610', ivrDtmf: '0', queueCode: '630', missCause: '', incomplete: true });
  t.match(lab.receiver.events('ivr'), [{ ivrId: '610', ivrDtmf: '0', queueCode: '630' }], 'contract §3.5: one ivr');
}

/** Asterisk ends in mid-call, and the call with it. */
async function asteriskEnds(t: Test, lab: Gap, during: 'talking' | 'waiting', end: 'stop' | 'kill'): Promise<void> {
  const both = await (during === 'talking' ? converse(lab) : ring(lab));
  await lab.asterisk[end]();
  for (const call of Object.values(both)) call.finish({ by: 'them', status: 0, reason: 'Asterisk is gone' });
  await lab.asterisk.resume();
  await lab.ami.start();
  for (const exten of ['800', '801']) await (await lab.phone(exten)).register();
  await lab.daemon.ready();
  const record = await theRecord(t, lab);
  const isAnswered = during === 'talking';
  t.match(record, { agentCode: '800', called: '800', cdrState: isAnswered ? 'bridged' : 'queue' });
  t.match(record, {
    hangupSide: 'system',
    missCause: isAnswered ? '' : 'NO_AGENT_ANSWER',
    queues: [{ queueCode: '630' }],
  });
}

/** Asterisk, the daemon and the connection between them go away in the middle of a queue's call: its record comes. */
export function runGaps(setup: Setup): void {
  void t.test(setup, async (t) => {
    const proxy = new AmiProxy();
    const run = async (stage: Lab): Promise<void> => {
      const lab: Gap = { ...stage, proxy };
      await lab.phone('800');
      await lab.operator.login('800', '630');
      await t.test('AMI is away in a conversation, and nothing happens', (t) => cutWithoutNews(t, lab));
      await t.test('AMI is away, and the caller hangs up', (t) => endsUnseen(t, lab));
      await t.test('AMI is away, and the agent answers', (t) => answeredUnseen(t, lab));
      await t.test('daemon: stop just after the call', (t) => stopAfterwards(t, lab));
      for (const end of ['stop', 'kill'] as const) {
        await t.test(`daemon: ${end} in a conversation`, (t) => restartTalking(t, lab, end));
        await t.test(`daemon: ${end} while the caller waits`, (t) => restartWaiting(t, lab, end));
        await t.test(`daemon: ${end} while the caller hears the menu`, (t) => restartInMenu(t, lab, end));
        await t.test(`Asterisk: ${end} in a conversation`, (t) => asteriskEnds(t, lab, 'talking', end));
        await t.test(`Asterisk: ${end} while the caller waits`, (t) => asteriskEnds(t, lab, 'waiting', end));
      }
      t.same(errorsIn(lab.daemon.output), [], 'and no error in the log');
    };
    await withLab(t, setup, run, { proxy, extra: slowly });
  });
}
