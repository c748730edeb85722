import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiOperator } from './api-operator.ts';
import type { Call } from './call.ts';
import { Daemon } from './daemon.ts';
import { DemoCalls, desks } from './demo-calls.ts';
import { demoUsers } from './demo-people.ts';
import { extensions } from './extensions.ts';
import type { Phone } from './phone.ts';
import { Receiver } from './receiver.ts';
import type { Setup } from './setup.ts';
import { Scenery } from './stage.ts';

/** The built daemon, and what is said when it is not there. */
export const daemonMain = join(import.meta.dirname, '../../dist/main.js');
export const notBuilt = 'the daemon is not built: run "npm run build" first';

/** What a demo is made of. */
export interface DemoOptions {
  readonly setup: Setup;
  /** Port of the API. */
  readonly port: number;
  /** Told of what the daemon logs. */
  readonly onLog: (text: string) => void;
}

/** How long a phone rings before it answers by itself, and how long a conversation takes at most; milliseconds. */
interface Manner {
  readonly ring: number;
  readonly talk: number;
}
const brisk: Manner = { ring: 700, talk: 3_000 };
/** Those who serve customers take their time, so that others wait. */
const thorough: Manner = { ring: 1_500, talk: 12_000 };

/** Calls of a phone that are remembered. */
const mostCalls = 20;
/** Phones register for an hour. */
const registerEvery = 20 * 60_000;

/**
 * A small call centre that works by itself: a real Asterisk, phones that answer whatever comes and hang up after a
 * while, agents who serve two queues, the built daemon, and a receiver of what it pushes.
 */
export class Demo {
  readonly #options: DemoOptions;
  readonly #scenery: Scenery;
  readonly #receiver = new Receiver();
  readonly #phones = new Map<string, Phone>();
  #daemon: Daemon | undefined;
  #calls: DemoCalls | undefined;
  #registering: NodeJS.Timeout | undefined;
  #onPush: ((body: string) => void) | undefined;
  readonly #pushed = { cdr: 0, cc_cdr: 0 };
  #isStopping = false;

  constructor(options: DemoOptions) {
    this.#options = options;
    // One agent after the other.
    const extra = { 'queues.conf': '[630](+)\nstrategy = rrmemory\n' };
    this.#scenery = new Scenery(options.setup, { extra });
  }

  get daemon(): Daemon {
    if (this.#daemon === undefined) throw new Error('the demo was not started');
    return this.#daemon;
  }

  /** Where the recordings are. */
  get monitorDir(): string {
    return this.#scenery.asterisk.monitorDir;
  }

  /** What may happen in it. */
  get calls(): DemoCalls {
    if (this.#calls === undefined) throw new Error('the demo was not started');
    return this.#calls;
  }

  /** Whether it was told to stop: calls that fail from then on fail for that. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** How many records were pushed: of Asterisk, and of the call centre. */
  get pushed(): Readonly<Record<'cdr' | 'cc_cdr', number>> {
    return this.#pushed;
  }

  /** Starts everything; resolves when the daemon is ready. */
  async start(): Promise<void> {
    if (!existsSync(daemonMain)) throw new Error(notBuilt);
    const { port, onLog } = this.#options;
    await this.#scenery.start();
    // It keeps every byte, for tests; a demo may run for days.
    this.#scenery.ami.stop();
    await this.#receiver.start();
    this.#receiver.onPush = ({ json }) => {
      const { event } = json;
      if (event === 'cdr' || event === 'cc_cdr') this.#pushed[event]++;
      this.#tellPushes();
    };
    const { asterisk } = this.#scenery;
    const api = {
      general: { log_level: 'warning' },
      enable: { pausetime: 'yes', pausetime_max: '6' },
      pause_reasons: { lunch: 'Lunch', training: 'Training' },
      dispositions: { sold: 'Sold', later: 'Call back later', complaint: 'Complaint' },
      users: await demoUsers(),
    };
    const daemon = new Daemon(asterisk, this.#receiver.url, api, { main: daemonMain, onOutput: onLog });
    this.#daemon = daemon;
    daemon.port = port;
    const stage = this.#scenery.stage(new ApiOperator(daemon));
    stage.provider.behaviour = 'answer';
    for (const user of extensions) {
      const phone = await stage.phone(user);
      this.#phones.set(user, phone);
      void attend(phone, desks.some(({ agents }) => agents.some((agent) => agent === user)) ? thorough : brisk);
    }
    this.#calls = new DemoCalls({
      provider: stage.provider,
      phone: (user) => this.#phone(user),
      click: (src, dst) => this.#ask('extensions/click-number', { src, dst }),
    });
    this.#registering = setInterval(() => {
      this.#register().catch((cause: unknown) => {
        onLog(String(cause));
      });
    }, registerEvery);
    await daemon.start();
    for (const { queue, agents } of desks) {
      for (const agent of agents) await stage.operator.login(agent, queue);
    }
    await stage.operator.login('801', '630');
    await this.#ask('queues/agent-pause', { queue: '630', member: '801', state: 'on', reason: 'lunch' });
  }

  /** Tells `onPush` of every push, as it came: of those that are there already, and of those to come. */
  tell(onPush: (body: string) => void): void {
    this.#onPush = onPush;
    this.#tellPushes();
  }

  /** Rejects when Asterisk or the daemon ends though nobody asked it to; never resolves. */
  async failure(): Promise<never> {
    const { asterisk } = this.#scenery;
    const cause = await Promise.race([
      asterisk.ended.catch((reason: unknown) => reason),
      this.daemon.ended.then(() => new Error('the daemon ended by itself')),
    ]);
    if (this.#isStopping) return new Promise(() => undefined);
    throw cause;
  }

  /** Ends everything, however far the start came. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#registering);
    await this.#daemon?.dispose();
    await this.#receiver.stop();
    await this.#scenery.stop();
  }

  /** Tells of no more pushes. */
  hush(): void {
    this.#onPush = undefined;
  }

  #tellPushes(): void {
    if (this.#onPush === undefined) return;
    for (const { raw } of this.#receiver.pushes) this.#onPush(raw);
    this.#receiver.clear();
  }

  async #register(): Promise<void> {
    for (const phone of this.#phones.values()) await phone.register();
  }

  #phone(user: string): Phone {
    const phone = this.#phones.get(user);
    if (phone === undefined) throw new Error(`phone ${user} was not started`);
    return phone;
  }

  async #ask(path: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const { status, text } = await this.daemon.api('POST', path, fields);
    if (status !== 200) throw new Error(`${path} was answered ${status} ${text}`);
  }
}

/** The phone answers every call that comes after a moment, and ends it after a while. */
async function attend(phone: Phone, manner: Manner): Promise<never> {
  for (;;) {
    const call = await phone.incoming(60_000).catch(() => undefined);
    if (call === undefined) continue;
    // A demo may run for days.
    phone.calls.splice(0, phone.calls.length - mostCalls);
    // The other side may hang up at any time: then there is nothing left to do.
    answerAndTalk(call, manner).catch(() => undefined);
  }
}

async function answerAndTalk(call: Call, { ring, talk }: Manner): Promise<void> {
  await sleep(ring);
  await call.answer();
  await sleep(talk);
  await call.hangUp();
}
