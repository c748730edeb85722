import t from 'tap';
import type { Test } from 'tap';
import { EventStream } from '../http/event-stream.ts';
import { tokenOf } from '../lab/daemon.ts';
import { AmiProxy } from '../lab/proxy.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { callQueue, customer } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { Client } from '../live/client.ts';
import { errorsIn } from '../oracle/errors.ts';

type Things<T> = Readonly<Record<string, T>>;

/** What a client knows, as far as these tests look at it. */
interface Known {
  readonly extension: Things<{ extension: string; status: string | null }>;
  readonly queue: Things<{ queue: string; waiting: number; free: number }>;
  readonly member: Things<{
    queue: string;
    interface: string;
    paused: boolean;
    penalty: string;
    reason: string;
    pausedSince: number | null;
  }>;
  readonly caller: Things<{ queue: string; number: string; call: string; position: number }>;
  readonly call: Things<{
    state: string;
    direction: string;
    legs: { channel: string; state: string; number: string }[];
  }>;
}

/** A client that folds what it is told, as docs/stream.md says. */
class Folder {
  readonly client = new Client();
  readonly #lab: Lab;
  stream!: EventStream;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async open(): Promise<void> {
    const headers = { authorization: tokenOf(), 'Last-Event-ID': this.client.lastId };
    this.stream = await EventStream.open(this.#lab.daemon.port, '/coocenter-api/stream', headers, (event) => {
      this.client.take(event);
    });
    await this.stream.until('what is known', () => this.client.known !== undefined || !this.client.isUp);
  }

  get known(): Known {
    return this.client.known as unknown as Known;
  }

  /** The live state as the routes of contract §4 would say it, if what this client knows is right. */
  #told(): unknown {
    const { call, member, queue, extension } = this.known;
    const legs = Object.values(call).flatMap((one) => one.legs);
    return {
      calls: legs.map(({ channel, state, number }) => `${channel} ${state === 'up' ? 'Up' : ''} ${number}`).sort(),
      queues: Object.fromEntries(
        Object.keys(queue).map((name) => [
          name,
          Object.values(member)
            .filter((one) => one.queue === name)
            .map((one) => `${one.interface.toLowerCase()} ${one.paused ? '1' : '0'} ${one.penalty}`)
            .sort(),
        ]),
      ),
      hints: Object.values(extension)
        .filter(({ status }) => status !== null)
        .map((one) => `${one.extension} ${one.status ?? ''}`)
        .sort(),
    };
  }

  /** The same, asked for. */
  async #asked(): Promise<unknown> {
    const { daemon } = this.#lab;
    const data = async (method: string, path: string): Promise<unknown> => (await daemon.api(method, path)).json;
    const calls = (await data('POST', 'extensions/current-calls')) as { data: Record<string, string>[] };
    const queues = (await data('GET', 'queues/queue-info')) as { data: Things<Record<string, string>[]> };
    const hints = (await data('GET', 'extensions/extension-hints-status')) as Record<string, string>[];
    return {
      calls: calls.data
        .map(
          (one) =>
            `${one['channel'] ?? ''} ${one['channelstatedesc'] === 'Up' ? 'Up' : ''} ${one['calleridnum'] ?? ''}`,
        )
        .sort(),
      queues: Object.fromEntries(
        Object.entries(queues.data).map(([name, members]) => [
          name,
          members
            .map((one) => `${(one['name'] ?? '').toLowerCase()} ${one['paused'] ?? ''} ${one['penalty'] ?? ''}`)
            .sort(),
        ]),
      ),
      hints: hints
        // Agents without a hint are named too; their status is their device's.
        .filter(({ extension = '' }) => this.known.extension[extension]?.status !== null)
        .map((one) => `${one['extension'] ?? ''} ${one['status'] ?? ''}`)
        .sort(),
    };
  }

  /** What this client knows is what the routes say. */
  async agrees(t: Test, when: string): Promise<void> {
    let [told, asked]: unknown[] = [];
    await eventually(
      `the same: ${when}`,
      async () => {
        [told, asked] = [this.#told(), await this.#asked()];
        return JSON.stringify(told) === JSON.stringify(asked);
      },
      20_000,
    ).catch(() => undefined);
    t.strictSame(told, asked, when);
  }

  async knows(what: string, holds: (known: Known) => boolean): Promise<void> {
    await this.stream.until(what, () => this.client.known !== undefined && holds(this.known));
  }
}

/**
 * The names of events of calls. Statuses of extensions are pushed before the stream is open too; dialanswer is in the
 * stream, and for receivers that ask for it.
 */
const pushed = ['dialbegein', 'dialend', 'hangup', 'ivr', 'cdr', 'cc_cdr'];

/** Pushed events by name. */
function countsOf(events: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event } of events as readonly { event: string }[]) counts[event] = (counts[event] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function aCall(t: Test, lab: Lab, folder: Folder, tech: string): Promise<void> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  await lab.operator.login('801', '630');
  await folder.agrees(t, 'two have logged in');
  await lab.ami.action('QueuePause', { Queue: '630', Interface: `${tech}/801`, Paused: 'true', Reason: 'lunch' });
  await folder.knows('the reason', ({ member }) => member[`630 ${tech}/801`]?.reason === 'lunch');
  t.ok(Number(folder.known.member[`630 ${tech}/801`]?.pausedSince) > 1e9, 'since when');
  await folder.agrees(t, 'one is paused');
  const call = await callQueue(lab, '630');
  const answer = await agent.incoming();
  await folder.knows('a caller', ({ caller }) => Object.keys(caller).length === 1);
  const [caller] = Object.values(folder.known.caller);
  t.match(caller, { queue: '630', number: customer, position: 1 });
  t.match(folder.known.queue['630'], { waiting: 1 });
  await folder.knows('ringing', (known) => known.call[caller?.call ?? '']?.state === 'ringing');
  await folder.agrees(t, 'a caller waits, and a phone rings');
  await answer.answer();
  await folder.knows('answered', (known) => known.call[caller?.call ?? '']?.state === 'answered');
  await folder.knows('nobody waits', (known) => Object.keys(known.caller).length === 0);
  await folder.agrees(t, 'they talk');
  await lab.ami.action('QueuePause', { Queue: '630', Interface: `${tech}/801`, Paused: 'false' });
  await folder.knows('not paused', ({ member }) => member[`630 ${tech}/801`]?.paused === false);
  t.match(folder.known.member[`630 ${tech}/801`], { reason: '', pausedSince: null });
  await call.hangUp();
  await folder.knows('the end', (known) => Object.keys(known.call).length === 0);
  await folder.agrees(t, 'it is over');
}

/** The connection to Asterisk breaks, with a caller in the queue, and comes back. */
async function aCut(t: Test, lab: Lab, folder: Folder, proxy: AmiProxy, tech: string): Promise<void> {
  const { client } = folder;
  const agent = await lab.phone('800');
  const call = await callQueue(lab, '630');
  const answer = await agent.incoming();
  await folder.knows('a caller', ({ caller }) => Object.keys(caller).length === 1);
  const { snapshots } = client;
  await proxy.cut();
  await folder.stream.until('Asterisk is away', () => !client.isUp);
  await answer.answer();
  await lab.ami.action('QueuePause', { Queue: '630', Interface: `${tech}/801`, Paused: 'true', Reason: 'unseen' });
  await proxy.mend();
  await folder.stream.until('Asterisk is back', () => client.isUp && client.snapshots === snapshots + 1);
  await folder.knows('what happened meanwhile', ({ member }) => member[`630 ${tech}/801`]?.reason === 'unseen');
  await folder.agrees(t, 'after a cut');
  await call.hangUp();
  await folder.knows('the end', (known) => Object.keys(known.call).length === 0);
}

async function aRestart(t: Test, lab: Lab, folder: Folder): Promise<void> {
  const { client } = folder;
  const { snapshots } = client;
  await lab.asterisk.restart();
  await folder.stream.until('Asterisk was away, and is back', () => client.isUp && client.snapshots > snapshots);
  await lab.daemon.ready();
  await folder.agrees(t, 'after a restart of Asterisk');
}

/** A client of the stream beside the routes, on real Asterisk. */
export function runStream(setup: Setup): void {
  const tech = techOf(setup);
  const proxy = new AmiProxy();
  void t.test(`the live stream says what the routes say, ${setup}`, (t) =>
    withLab(
      t,
      setup,
      async (lab) => {
        const folder = new Folder(lab);
        await folder.open();
        await folder.agrees(t, 'nothing goes on');
        await aCall(t, lab, folder, tech);
        // Cut off, and back.
        folder.stream.close();
        await lab.operator.pause('800', '630', 'on');
        await lab.operator.pause('800', '630', 'off');
        await lab.operator.pause('801', '630', 'on');
        await folder.open();
        await folder.knows('a pause', ({ member }) => member[`630 ${tech}/801`]?.paused === true);
        t.equal(folder.client.snapshots, 1, 'it went on where it was');
        await folder.agrees(t, 'after it came back');
        await aCut(t, lab, folder, proxy, tech);
        const cdrs = (): number => lab.receiver.events('cc_cdr').length;
        await eventually('the records', () => cdrs() === 2);
        const told = (): unknown[] =>
          folder.client.pushes.filter((push) => pushed.includes((push as { event: string }).event));
        const bodies = (): unknown[] => pushed.flatMap((name) => lab.receiver.events(name));
        const same = (): boolean => JSON.stringify(countsOf(told())) === JSON.stringify(countsOf(bodies()));
        await eventually('the same pushes', same, 20_000).catch(() => undefined);
        t.strictSame(countsOf(told()), countsOf(bodies()), 'what receivers got, by name');
        await aRestart(t, lab, folder);
        lab.daemon.reload();
        await eventually('the reload', () => lab.daemon.output.includes('the configuration was re-read'));
        await lab.operator.pause('800', '630', 'on');
        await folder.knows('a pause', ({ member }) => member[`630 ${tech}/800`]?.paused === true);
        t.equal(folder.stream.state, 'open', 'a reload ends nothing');
        await lab.daemon.stop();
        await folder.stream.until('its end', () => folder.stream.state !== 'open');
        t.equal(folder.stream.state, 'ended', 'the daemon stopped');
        t.strictSame(errorsIn(lab.daemon.output), [], 'no error in its log');
      },
      { proxy },
    ),
  );
}
