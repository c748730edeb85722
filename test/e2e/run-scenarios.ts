import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { LabAmi } from '../lab/ami.ts';
import type { Daemon } from '../lab/daemon.ts';
import { mac, tokenOf } from '../lab/daemon.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Dialplan } from '../lab/places.ts';
import { loadScenarios } from '../lab/scenarios.ts';
import { Lateness } from '../lab/lateness.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import type { Body } from '../oracle/compare.ts';
import { compare } from '../oracle/compare.ts';
import type { ExpectedCall } from '../oracle/expected.ts';
import { expected } from '../oracle/expected.ts';
import { Matrix } from '../oracle/matrix.ts';

/** Waits until as many pushes came as are expected and Asterisk has no more rows, then a little for one too many. */
async function pushed({ receiver, ami }: Lab, calls: readonly ExpectedCall[]): Promise<void> {
  const count = (of: (call: ExpectedCall) => number): number => calls.reduce((sum, call) => sum + of(call), 0);
  const wanted = {
    dialend: count(({ legs }) => legs.length),
    hangup: count(({ hangups }) => hangups.length),
    cdr: count(({ rows }) => (rows === 'varying' ? 1 : rows.length)),
    ivr: count(({ menus }) => menus.length),
    cc_cdr: count(({ record }) => (record === undefined ? 0 : 1)),
  };
  const seen = (name: string): number => ami.events.filter(({ Event }) => Event === name).length;
  const isIn = (): boolean =>
    Object.entries(wanted).every(([event, number]) => receiver.events(event).length >= number) &&
    receiver.events('cdr').length >= seen('Cdr') &&
    seen('Hangup') >= seen('Newchannel');
  // What is missing is said by the comparison, better than by a wait that ends.
  await eventually('every push', isIn).catch(() => undefined);
  // Asterisk writes rows in its own time, and how many there will be is not always known.
  for (let rows = -1; rows !== seen('Cdr');) {
    rows = seen('Cdr');
    await sleep(300);
    await ami.action('CoreShowChannels');
  }
  await eventually('every row', isIn).catch(() => undefined);
}

/** The live state that the API serves (contract §4.1, §4.3, §4.4) is Asterisk's own. */
export async function compareLive(t: Test, daemon: Daemon, ami: LabAmi): Promise<void> {
  const calls = await daemon.api('POST', 'extensions/current-calls');
  const channels = await ami.action('CoreShowChannels');
  // Asterisk lists them in no certain order, and knows their ages in whole seconds only.
  const byName = (a: { channel: unknown }, b: { channel: unknown }): number =>
    String(a.channel) < String(b.channel) ? -1 : 1;
  t.same(
    (calls.json as { data: Record<string, string>[] }).data
      .map(({ channel, channelstatedesc, calleridnum }) => ({ channel, channelstatedesc, calleridnum }))
      .sort(byName),
    channels.items
      .filter(({ Channel }) => Channel?.startsWith('Local/') === false)
      .map((item) => ({
        channel: item['Channel'],
        channelstatedesc: item['ChannelStateDesc'],
        calleridnum: item['CallerIDNum'],
      }))
      .sort(byName),
    'contract §4.1: the channels are Asterisk’s',
  );
  const queues = await daemon.api('GET', 'queues/queue-info');
  const members = await ami.action('QueueStatus');
  const own = Object.fromEntries(
    members.items
      .filter(({ Event }) => Event === 'QueueParams')
      .map(({ Queue = '' }) => [
        Queue,
        members.items
          .filter((item) => item['Event'] === 'QueueMember' && item['Queue'] === Queue)
          .map((item) => ({
            name: item['Location']?.replace(/^[A-Z]+/, (technology) => technology.toLowerCase()),
            paused: item['Paused'],
            penalty: item['Penalty'],
          }))
          .sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)),
      ]),
  );
  t.same((queues.json as { data: unknown }).data, own, 'contract §4.4: the queues are Asterisk’s');
  const states = await daemon.api('GET', 'extensions/extension-hints-status');
  const hints = await ami.action('ExtensionStateList');
  t.same(
    Object.fromEntries((states.json as Record<string, string>[]).map(({ extension, status }) => [extension, status])),
    Object.fromEntries(hints.items.map(({ Exten, Status }) => [Exten, Status])),
    'contract §4.3: the states are Asterisk’s',
  );
}

/** What recordfile and filePath name is a recording with sound in it (contract §4.14). */
async function compareRecordings(t: Test, daemon: Daemon, bodies: readonly Body[]): Promise<void> {
  const named = bodies.flatMap(({ recordfile, filePath }) => [recordfile, filePath]);
  for (const path of new Set(named.filter((name) => typeof name === 'string' && name !== ''))) {
    // Asterisk closes it a moment after the call.
    const bytes = await eventually(`GET monitor/${String(path)}`, async () => {
      const answer = await fetch(`${daemon.base}/monitor/${String(path)}`, { headers: { authorization: tokenOf() } });
      return answer.status === 200 ? (await answer.arrayBuffer()).byteLength : undefined;
    });
    t.ok(bytes > wavHeader, `contract §4.14: GET monitor/${String(path)} has sound (${bytes} bytes)`);
  }
}

/** Bytes of a WAV file without sound. */
const wavHeader = 44;

/** Scenarios that play at once: they wait for most of the time, but not on one processor. */
const atOnce = Math.min(3, 1 + availableParallelism());

/** What differs throughout where the dialplan rings a queue's members: the numbers it dials, and a row for each of its parts. */
function onFreepbx(call: ExpectedCall): ExpectedCall {
  const legs = call.legs.map((leg) => ({ ...leg, dialstring: leg.dialstring.replace(/^(PJ)?SIP\//, '') }));
  return { ...call, legs, rows: 'varying' };
}

/**
 * Plays every scenario of the lab on one set-up, with the daemon looking on, and compares what it pushed; on FreePBX's
 * dialplan those with a call-centre record.
 */
export function runScenarios(setup: Setup, dialplan: Dialplan = 'kit', names: readonly string[] = []): void {
  void t.test(`${setup}, ${dialplan}`, async (t) => {
    const all = await loadScenarios(names);
    if (names.length === 0) {
      t.same(all.map(({ name }) => name).sort(), Object.keys(expected).sort(), 'every scenario has its file');
    }
    const callsOf = (name: string): readonly ExpectedCall[] => {
      const calls = expected[name]?.(setup, dialplan) ?? [];
      return dialplan === 'freepbx' ? calls.map(onFreepbx) : calls;
    };
    const scenarios = all
      .filter(({ options }) => (options?.dialplan ?? dialplan) === dialplan)
      .filter(({ name }) => dialplan === 'kit' || callsOf(name).some(({ record }) => record !== undefined));
    const matrix = new Matrix();
    t.jobs = atOnce;
    for (const scenario of scenarios) {
      void t.test(scenario.name, { buffered: true }, async (t) => {
        const calls = callsOf(scenario.name);
        await withLab(
          t,
          setup,
          async (lab) => {
            const lateness = new Lateness(() => lab.asterisk.pid);
            t.teardown(() => {
              lateness.stop();
            });
            await scenario.run(lab);
            const late = lateness.seconds;
            await pushed(lab, calls);
            const bodies = lab.receiver.pushes.map(({ json }) => json);
            t.comment(`the machine was ${late.toFixed(2)} s late`);
            compare(t, setup, calls, bodies, { events: lab.ami.events, late }, mac);
            matrix.add(scenario.name, setup, bodies);
            await compareLive(t, lab.daemon, lab.ami);
            await compareRecordings(t, lab.daemon, bodies);
          },
          { ...scenario.options, dialplan, api: { ivr: { '610': 'working time', '620': 'second menu' } } },
        );
      });
    }
    if (names.length > 0 || dialplan !== 'kit') return;
    await t.test('every field', (t) => {
      matrix.close(t, [setup]);
      t.end();
    });
  });
}
