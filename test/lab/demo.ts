import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiOperator } from './api-operator.ts';
import type { Call } from './call.ts';
import { Daemon } from './daemon.ts';
import { did } from './dialplan.ts';
import type { Extension } from './extensions.ts';
import { extensions } from './extensions.ts';
import type { Phone } from './phone.ts';
import { Receiver } from './receiver.ts';
import type { Setup } from './setup.ts';
import { Scenery } from './stage.ts';
import { eventually } from './within.ts';

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

/** A call of the demo: what happens, in words, and the doing. */
export interface DemoCall {
  readonly title: string;
  readonly run: () => Promise<void>;
}

const queue = '630';

/** Milliseconds that a phone rings before it answers by itself, and that a conversation takes at most. */
const ringTime = 700;
const talkTime = 3_000;
/** Phones register for an hour. */
const registerEvery = 20 * 60_000;

/**
 * A small call centre that works by itself: a real Asterisk, phones that answer whatever comes and hang up after a
 * while, the built daemon, and a receiver of what it pushes.
 */
export class Demo {
  readonly #options: DemoOptions;
  readonly #scenery: Scenery;
  readonly #receiver = new Receiver();
  readonly #phones = new Map<string, Phone>();
  #daemon: Daemon | undefined;
  #registering: NodeJS.Timeout | undefined;
  #onPush: ((body: string) => void) | undefined;
  #records = 0;
  #isStopping = false;

  constructor(options: DemoOptions) {
    this.#options = options;
    this.#scenery = new Scenery(options.setup);
  }

  get daemon(): Daemon {
    if (this.#daemon === undefined) throw new Error('the demo was not started');
    return this.#daemon;
  }

  /** Where the recordings are. */
  get monitorDir(): string {
    return this.#scenery.asterisk.monitorDir;
  }

  /** The calls of one round, to be run one after the other. */
  get calls(): readonly DemoCall[] {
    return [
      { title: '800 calls 801', run: () => this.#internal() },
      {
        title: `18782985586 calls in, presses 0 in the menu, and queue ${queue} calls agent 802`,
        run: () => this.#inbound(),
      },
      { title: '800 calls out, to 02087654321', run: () => this.#outbound() },
      { title: 'click-to-dial: the API is asked to connect 803 with 801', run: () => this.#click() },
    ];
  }

  /** Whether it was told to stop: calls that fail from then on fail for that. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** How many call detail records were pushed. */
  get records(): number {
    return this.#records;
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
      if (json['event'] === 'cdr') this.#records++;
      this.#tellPushes();
    };
    const { asterisk } = this.#scenery;
    const api = { general: { log_level: 'warning' } };
    const daemon = new Daemon(asterisk, this.#receiver.url, api, { main: daemonMain, onOutput: onLog });
    this.#daemon = daemon;
    daemon.port = port;
    const stage = this.#scenery.stage(new ApiOperator(daemon));
    stage.provider.behaviour = 'answer';
    for (const user of extensions) {
      const phone = await stage.phone(user);
      this.#phones.set(user, phone);
      void attend(phone);
    }
    this.#registering = setInterval(() => {
      this.#register().catch((cause: unknown) => {
        onLog(String(cause));
      });
    }, registerEvery);
    await daemon.start();
    await stage.operator.login('802', queue);
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

  #phone(user: Extension): Phone {
    const phone = this.#phones.get(user);
    if (phone === undefined) throw new Error(`phone ${user} was not started`);
    return phone;
  }

  async #internal(): Promise<void> {
    const call = await this.#phone('800').call('801');
    await converse(call);
  }

  async #inbound(): Promise<void> {
    const agent = this.#phone('802');
    const call = await this.#scenery.provider.callIn('18782985586', did, 'Customer');
    await call.answered();
    await call.press('0');
    const answer = await eventually('agent 802 answers', () => talking(agent));
    await sleep(talkTime / 2);
    await call.hangUp();
    await answer.ended();
  }

  async #outbound(): Promise<void> {
    const call = await this.#phone('800').call('902087654321');
    await converse(call);
  }

  async #click(): Promise<void> {
    const { status, text } = await this.daemon.api('POST', 'extensions/click-number', { src: '803', dst: '801' });
    if (status !== 200) throw new Error(`click-number was answered ${status} ${text}`);
    const [src, dst] = [this.#phone('803'), this.#phone('801')];
    const first = await eventually('803 answers', () => talking(src));
    const second = await eventually('801 answers', () => talking(dst));
    await Promise.all([first.ended(), second.ended()]);
  }
}

/** The phone answers every call that comes after a moment, and ends it after a while. */
async function attend(phone: Phone): Promise<never> {
  for (;;) {
    const call = await phone.incoming(60_000).catch(() => undefined);
    if (call === undefined) continue;
    // The other side may hang up at any time: then there is nothing left to do.
    answerAndTalk(call).catch(() => undefined);
  }
}

async function answerAndTalk(call: Call): Promise<void> {
  await sleep(ringTime);
  await call.answer();
  await sleep(talkTime);
  await call.hangUp();
}

/** The caller's half of a conversation. */
async function converse(call: Call): Promise<void> {
  await call.answered();
  await sleep(talkTime / 2);
  await call.hangUp();
}

function talking(phone: Phone): Call | undefined {
  return phone.calls.findLast(({ state }) => state === 'up');
}
