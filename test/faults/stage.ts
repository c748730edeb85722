import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import type { Roll } from '../oracle/dice.ts';
import { dice } from '../oracle/dice.ts';
import type { ApiConf, DaemonOptions } from '../lab/daemon.ts';
import { Daemon } from '../lab/daemon.ts';
import { AmiOperator } from '../lab/operator.ts';
import type { Phone } from '../lab/phone.ts';
import { AmiProxy } from '../lab/proxy.ts';
import { Receiver } from '../lab/receiver.ts';
import type { Setup } from '../lab/setup.ts';
import { Scenery } from '../lab/stage.ts';
import { eventually } from '../lab/within.ts';
import { Arrivals } from './arrivals.ts';
import { Away } from './away.ts';
import { members } from './plans.ts';
import { Traffic } from './traffic.ts';
import { Witness } from './witness.ts';

/** All that a fault test plays with. */
export interface Stage {
  readonly setup: Setup;
  readonly scenery: Scenery;
  readonly daemon: Daemon;
  readonly receiver: Receiver;
  readonly proxy: AmiProxy;
  readonly phones: readonly Phone[];
  readonly traffic: Traffic;
  readonly witness: Witness;
  readonly arrivals: Arrivals;
  /** Further receivers, by name. */
  readonly others: ReadonlyMap<string, Other>;
  readonly away: Away;
  readonly roll: Roll;
}

/** A further receiver, and what came to it. */
export interface Other {
  readonly receiver: Receiver;
  readonly arrivals: Arrivals;
}

/** What a fault test may want otherwise. */
export interface StageOptions {
  readonly seed: number;
  /** Laid over the lab's api.conf. */
  readonly api?: ApiConf;
  readonly daemon?: DaemonOptions;
  /** The test starts the daemon itself. */
  readonly isDaemonLate?: boolean;
  /** Names of further receivers. */
  readonly receivers?: readonly string[];
}

/** Sections of `one` with those of `other` laid over them. */
function laidOver(one: ApiConf, other: ApiConf): ApiConf {
  const sections = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...sections].map((name) => [name, { ...one[name], ...other[name] }]));
}

/** One phone rings for a caller at a time, so that five agents serve many. */
const queuesConf = '[630](+)\nstrategy = rrmemory';

/** A real Asterisk with its phones at work, a proxy on the way to it, the real daemon, a receiver, and a witness. */
export async function withFaults(
  t: Test,
  setup: Setup,
  { seed, api = {}, daemon: daemonOptions = {}, isDaemonLate = false, receivers = [] }: StageOptions,
  fn: (stage: Stage) => Promise<void>,
): Promise<void> {
  t.comment(`${setup}, dice ${seed}`);
  const scenery = new Scenery(setup, { extra: { 'queues.conf': queuesConf } });
  const { asterisk } = scenery;
  const receiver = await new Receiver().start();
  const proxy = new AmiProxy();
  const witness = new Witness(() => asterisk.amiPort);
  const others = new Map<string, Other>();
  let daemon: Daemon | undefined;
  try {
    for (const name of receivers) {
      const other = await new Receiver().start();
      others.set(name, { receiver: other, arrivals: new Arrivals(other) });
    }
    await scenery.start();
    await proxy.start(asterisk.amiPort);
    await witness.start();
    const phones = await staff(scenery);
    const own: ApiConf = {
      general: { log_level: 'info' },
      ami: { port: String(proxy.port) },
      ...Object.fromEntries(
        [...others].map(
          ([
            name,
            {
              receiver: { url },
            },
          ]) => [`push.${name}`, { URL: url }],
        ),
      ),
    };
    // What tap loads into every process that is begun here changes its memory, and what signals do to it.
    const inside = [...(daemonOptions.inside ?? []), 'env', '-u', 'NODE_OPTIONS'];
    daemon = new Daemon(asterisk, receiver.url, laidOver(own, api), { ...daemonOptions, inside });
    const arrivals = new Arrivals(receiver);
    const away = new Away();
    const roll = dice(seed);
    const traffic = new Traffic(dice(seed + 1), scenery.provider, phones);
    const system = { setup, scenery, daemon, receiver, proxy, phones };
    const stage: Stage = { ...system, traffic, witness, arrivals, others, away, roll };
    if (!isDaemonLate) await daemon.start();
    await fn(stage).finally(() => traffic.dispose());
  } catch (cause) {
    t.comment(tail(daemon?.output ?? ''));
    throw cause;
  } finally {
    await daemon?.dispose();
    witness.stop();
    await proxy.stop();
    for (const one of [receiver, ...[...others.values()].map((other) => other.receiver)]) await one.stop();
    await scenery.stop();
  }
}

/** Every agent has a phone and is logged in. The lab's own AMI connection has done its work then. */
async function staff(scenery: Scenery): Promise<Phone[]> {
  const operator = new AmiOperator(scenery.ami, scenery.asterisk.tech);
  const stage = scenery.stage(operator);
  const phones: Phone[] = [];
  for (const extension of members['630'] ?? []) phones.push(await stage.phone(extension));
  for (const [queue, agents] of Object.entries(members)) {
    for (const agent of agents) await operator.login(agent, queue);
  }
  await operator.pause('800', '634', 'on');
  scenery.ami.stop();
  return phones;
}

/**
 * The daemon ends in whatever way `end` ends it, and is another one; `meanwhile` it is away. It counts as back when it is
 * ready, `afterLaunch`.
 */
export async function anotherDaemon(
  stage: Stage,
  end: () => Promise<void>,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  afterLaunch: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const { daemon, away } = stage;
  away.begin();
  await end();
  await meanwhile();
  await launch(stage);
  await afterLaunch();
  await daemon.ready();
  away.end();
}

/** Starts one more daemon: its attempts are counted from what it knows. What the one before sent has been read by then. */
export async function launch({ daemon, receiver, arrivals, others }: Stage): Promise<void> {
  for (const one of [{ receiver, arrivals }, ...others.values()]) {
    // What waits to be accepted is no connection yet.
    await sleep(20);
    await eventually('the end of what the daemon before sent', async () => (await one.receiver.connections()) === 0);
    one.arrivals.life++;
  }
  await daemon.launch();
}

/** Waits at random. */
export async function pause(roll: Roll, least: number, most: number): Promise<void> {
  await sleep(least + roll(most - least));
}

/** The last lines of a log. */
export function tail(output: string): string {
  return output.split('\n').slice(-40).join('\n');
}
