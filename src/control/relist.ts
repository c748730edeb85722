import type { Change } from '../picture/change.ts';
import type { Picture } from '../picture/picture.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { AskingTimes } from './asked-again.ts';
import { AskedAgain } from './asked-again.ts';
import type { AmiActions } from './asking.ts';
import { fetchEndpoints } from './endpoints.ts';

/** How long (ms) after `Reload` a module of Asterisk has read its files. */
const reloadTime = 1_000;

/** Of what comes and goes Asterisk may tell nothing (it does not of a reload of queues): it is seen within 10 s. */
const usualTimes: AskingTimes = { shortest: 1_000, longest: 8_000, period: 9_000 };
/**
 * Phones and trunks change seldom, and Asterisk may have to read them all from a database. What comes is asked for at its
 * first sign: a hint that is new, or a channel of a device that was not listed.
 */
const endpointPeriods = 5;

export interface RelistOptions {
  /** Fails with `Refusal` (control/asking.ts). */
  readonly ami: AmiActions;
  readonly picture: Picture;
  readonly clock: Clock;
  readonly log: Log;
  readonly times?: AskingTimes;
  /** Gets what a list changed in the picture. */
  readonly onChanges: (changes: readonly Change[]) => void;
}

/**
 * Keeps hints, queues with their members, and phones and trunks as Asterisk's lists have them while calls go on. Asterisk
 * tells little of a change: nothing of `queue reload`, QueueReload and a hint that `dialplan reload` takes away. What it
 * tells may be a caller's forgery, hence what is dialled comes from these lists alone.
 */
export class Relist {
  readonly #options: RelistOptions;
  readonly #hints: AskedAgain;
  readonly #queues: AskedAgain;
  readonly #endpoints: AskedAgain;
  /** Answers to questions of before a loss of the connection are dropped. */
  #times = 0;

  constructor(options: RelistOptions) {
    this.#options = options;
    this.#hints = this.#asked('hints', () => this.#askHints());
    this.#queues = this.#asked('queues', (queue) => this.#askQueues(queue));
    this.#endpoints = this.#asked('phones', () => this.#askEndpoints(), endpointPeriods);
  }

  /** The picture is Asterisk's. */
  up(): void {
    for (const list of this.#all()) list.up();
  }

  /** The connection is lost, or everything is asked for anew: that is newer than what is on its way. */
  down(): void {
    this.#times++;
    for (const list of this.#all()) list.down();
  }

  /** Takes what the picture saw. */
  onChange(change: Change): void {
    if (change.type !== 'outdated') return;
    switch (change.list) {
      case 'hints':
        this.#hints.want();
        return;
      case 'endpoints':
        this.#endpoints.want();
        return;
      case 'queues':
        this.#queues.want(change.queue);
    }
  }

  /** A module of Asterisk reads its files anew. */
  reloaded(): void {
    for (const list of this.#all()) list.want(undefined, reloadTime);
  }

  /** Resolves when the picture shows the members of a queue as they are now, or Asterisk does not say. */
  queueNow(queue: string): Promise<void> {
    return this.#queues.now(queue);
  }

  #all(): readonly AskedAgain[] {
    return [this.#hints, this.#queues, this.#endpoints];
  }

  #asked(what: string, ask: (part: string | undefined) => Promise<boolean>, periods = 1): AskedAgain {
    const { clock, log, times = usualTimes } = this.#options;
    let isTold = false;
    return new AskedAgain({
      clock,
      times: { ...times, period: times.period * periods },
      ask: async (part) => {
        const isNews = await ask(part);
        isTold = false;
        return isNews;
      },
      onFailed: (cause) => {
        if (!isTold) log.warning(`Asterisk did not list its ${what}, it is asked again`, cause);
        isTold = true;
      },
    });
  }

  async #askHints(): Promise<boolean> {
    const { ami, picture, clock, onChanges } = this.#options;
    const times = this.#times;
    picture.expectHints();
    const { items } = await ami.list('ExtensionStateList');
    if (times !== this.#times) return false;
    const { changes, isNews } = picture.relistHints(items, clock.now());
    onChanges(changes);
    if (isNews) this.#endpoints.want();
    return isNews;
  }

  async #askQueues(queue: string | undefined): Promise<boolean> {
    const { ami, picture, onChanges } = this.#options;
    const times = this.#times;
    picture.expectQueues();
    const { items } = await ami.list('QueueStatus', queue === undefined ? {} : { Queue: queue });
    if (times !== this.#times) return false;
    const { changes, isNews } = picture.relistQueues(items, queue);
    onChanges(changes);
    return isNews;
  }

  async #askEndpoints(): Promise<boolean> {
    const times = this.#times;
    const endpoints = await fetchEndpoints(this.#options);
    return times === this.#times && this.#options.picture.relistEndpoints(endpoints);
  }
}
