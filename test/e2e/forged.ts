import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { callable } from '../lab/callable.ts';
import { directDid } from '../lab/dialplan.ts';
import type { Push } from '../lab/receiver.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { talk } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';

const customer = '85322361';
const did = `${directDid}630`;
/** The second in which the forged channels were made, and when the forged rows began and ended. */
const [made, time] = ['1795892248', '2026-11-28 18:57:28'];

/** What attackers send in place of their number, 79 characters at most: each was believed once. */
const forgeries = [
  // A row of the kit's layout, and one of Master.csv's.
  `1\r\n,,,,,,,,${time},,${time},,,,,,${made}.66,,,`,
  `1\n,,,,,,,,,${time},,${time},,,,,${made}.67,\n`,
  // Lines of queue_log: a call that never was, and the end of one.
  `1|1\n${made}|${made}.68|630|NONE|ENTERQUEUE||9|1\n`,
  `1\r\n${made}|${made}.69|630|NONE|ENTERQUEUE||9`,
  `1|1\n${made}|${made}.68|630|NONE|ABANDON|1|1`,
  '7"\n"","x|1',
];

/** As the user part of a SIP URI. */
function escaped(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z.]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

async function nobodyTalks({ asterisk }: Lab): Promise<void> {
  await eventually('no channel is left', async () =>
    (await asterisk.cli('core show channels')).includes('0 active channels'),
  );
}

/** A caller of the queue who gives up when the phone of 800 rings. */
async function lostCall(lab: Lab, from: string, dialled = did): Promise<void> {
  const agent = await lab.phone('800');
  await callable(lab, '630', '800');
  const call = await lab.provider.callIn(escaped(from), dialled);
  await agent.incoming().catch(async (cause: unknown) => {
    const queue = await lab.asterisk.cli('queue show 630');
    throw new Error(`the caller ${from} (${call.state}) rings nobody:\n${queue}`, { cause });
  });
  await call.hangUp();
  await nobodyTalks(lab);
}

/** A caller of the queue who is answered by 800. */
async function wholeCall(lab: Lab): Promise<void> {
  const agent = await lab.phone('800');
  await callable(lab, '630', '800');
  const call = await lab.provider.callIn(customer, did);
  const answer = await agent.incoming();
  await answer.answer();
  await talk();
  await answer.hangUp();
  await call.hangUp();
  await nobodyTalks(lab);
}

const came = ({ receiver }: Lab, event: string): Push['json'][] => receiver.events(event);

async function forged(t: Test, lab: Lab): Promise<void> {
  await lab.daemon.kill();
  lab.receiver.clear();
  for (const from of forgeries) await lostCall(lab, from);
  const call = await lab.provider.callIn(
    customer,
    `${did}${escaped(`\r\n,,,,,,,,${time},,${time},,,,,,${made}.66,,,`)}`,
  );
  await call.hangUp();
  await nobodyTalks(lab);
  await wholeCall(lab);
  await lab.daemon.launch();
  await lab.daemon.ready();
  const areIn = (): boolean => came(lab, 'cc_cdr').length > forgeries.length;
  await eventually('the records', areIn).catch((cause: unknown) => {
    // Which is missing is told by Asterisk's files.
    t.comment(JSON.stringify(came(lab, 'cc_cdr').map(({ uuid }) => uuid)));
    for (const file of [lab.asterisk.queueLog, lab.asterisk.rowsFile]) t.comment(readFileSync(file, 'utf8'));
    t.comment(lab.daemon.output);
    throw cause;
  });
  const rowsNow = (): number => (readFileSync(lab.asterisk.rowsFile, 'utf8').match(/"\d+\.\d+",\d+$/gm) ?? []).length;
  await eventually('a cdr for each row', () => came(lab, 'cdr').length >= rowsNow());
  await sleep(3_000);
  const records = came(lab, 'cc_cdr');
  t.equal(records.length, forgeries.length + 1, 'each call of the queue, and no other');
  const numbers = records.map(({ caller }) => String(caller));
  t.strictSame(numbers.filter((caller) => caller === customer).length, 1);
  for (const { caller, source = caller } of [...records, ...came(lab, 'cdr')]) {
    t.notMatch(String(source), /\p{Cc}/u, 'no control character in a number');
  }
  for (const { uniqueid, uuid = uniqueid } of [...records, ...came(lab, 'cdr')]) {
    t.notOk(String(uuid).startsWith(made), `${String(uuid)} is a real call`);
  }
  t.equal(came(lab, 'cdr').length, rowsNow(), 'each row, and no other');
}

/** The daemon is away for a call of an agent who logs out before it is back. */
async function memberLeft(t: Test, lab: Lab): Promise<void> {
  const { asterisk, daemon, receiver } = lab;
  const device = `${asterisk.tech}/800`;
  await asterisk.cli(`queue remove member ${device} from 630`);
  await asterisk.cli(`queue add member ${device} to 630 penalty 0 as "Agent 800"`);
  await daemon.kill();
  receiver.clear();
  await wholeCall(lab);
  await asterisk.cli(`queue remove member ${device} from 630`);
  await daemon.launch();
  await daemon.ready();
  await eventually('the record', () => came(lab, 'cc_cdr').length > 0);
  const [record = {}] = came(lab, 'cc_cdr');
  t.match(record, {
    caller: customer,
    agentCode: '800',
    called: '800',
    agents: [{ agent: '800' }],
    trunkNumber: did,
    callType: 'incoming',
    filePath: `q630-${String(record['uuid'])}.wav`,
    incomplete: true,
  });
}

/** The daemon is away for calls, and Asterisk's logs are all there is; `file`: the kit's rows, or stock Asterisk's. */
export function runForged(setup: Setup, file: 'rowsFile' | 'cdrFile'): void {
  void t.test(setup, async (t) => {
    const run = async (lab: Lab): Promise<void> => {
      await lab.phone('800');
      await lab.operator.login('800', '630');
      await t.test('callers write lines into the logs: no record is made of them', (t) => forged(t, lab));
      await t.test('the agent logs out before the daemon is back', (t) => memberLeft(t, lab));
      t.same(errorsIn(lab.daemon.output), [], 'and no error in the log');
    };
    const logs = (asterisk: Lab['asterisk']): Record<string, string> => ({
      cdr_file: asterisk[file],
      queue_log: asterisk.queueLog,
    });
    await withLab(t, setup, run, { api: (asterisk) => ({ asterisk: logs(asterisk) }) });
  });
}
