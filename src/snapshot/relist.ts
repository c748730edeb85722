import type { AmiMessage } from '../ami/message.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { RepeatedWarnings } from '../system/repeated-warnings.ts';
import type { ListTimes } from './list-schedule.ts';
import { ListSchedule } from './list-schedule.ts';
import type { AmiActions } from '../ami/refusals.ts';
import type { Endpoint } from './endpoints.ts';
import { fetchEndpoints } from './endpoints.ts';
import type { OutdatedList } from './snapshot.ts';

/** How long (ms) after `Reload` a module of Asterisk has read its files. */
const reloadTime = 1_000;

/** Of what comes and goes Asterisk may tell nothing (it does not of a reload of queues): it is seen within 10 s. */
const usualTimes: ListTimes = { shortest: 1_000, longest: 8_000, period: 9_000 };
/**
 * Phones and trunks change seldom, and Asterisk may have to read them all from a database. What comes is asked for at its
 * first sign: a hint that is new, or a channel of a device that was not listed.
 */
const endpointPeriods = 5;

/** Takes what the lists say. Each returns whether that is news. */
export interface ListTaker {
  /** This list is about to be asked for: from here on events are newer than it. */
  expectList(list: 'hints' | 'queues'): void;
  takeHints(items: readonly AmiMessage[]): boolean;
  /** All queues and members, or those of one queue. */
  takeQueues(items: readonly AmiMessage[], queue?: string): boolean;
  takeEndpoints(endpoints: readonly Endpoint[]): boolean;
}

export interface RelistOptions {
  /** Fails with `Refusal` (ami/refusals.ts). */
  readonly ami: AmiActions;
  readonly taker: () => ListTaker;
  readonly clock: Clock;
  readonly log: Log;
  readonly times?: ListTimes;
}

/**
 * Keeps hints, queues with their members, and phones and trunks as Asterisk's lists have them while calls go on. Asterisk
 * tells little of a change: nothing of `queue reload`, QueueReload and a hint that `dialplan reload` takes away. What it
 * tells may be a caller's forgery, hence what is dialled comes from these lists alone.
 */
export class Relist {
  readonly #options: RelistOptions;
  readonly #warnings: RepeatedWarnings;
  readonly #hints: ListSchedule;
  readonly #queues: ListSchedule;
  readonly #endpoints: ListSchedule;
  /** Answers to questions of before a loss of the connection are dropped. */
  #times = 0;

  constructor(options: RelistOptions) {
    this.#options = options;
    this.#warnings = new RepeatedWarnings(options.log, options.clock);
    this.#hints = this.#asked('hints', () => this.#askHints());
    this.#queues = this.#asked('queues', (queue) => this.#askQueues(queue));
    this.#endpoints = this.#asked('phones', () => this.#askEndpoints(), endpointPeriods);
  }

  /** The picture is Asterisk's. */
  start(): void {
    for (const list of this.#all()) list.start();
  }

  /** The connection is lost, or everything is asked for anew: that is newer than what is on its way. */
  stop(): void {
    this.#times++;
    for (const list of this.#all()) list.stop();
  }

  /** An event says that a list is outdated. */
  want(outdated: OutdatedList): void {
    switch (outdated.list) {
      case 'hints':
        this.#hints.want();
        return;
      case 'endpoints':
        this.#endpoints.want();
        return;
      case 'queues':
        this.#queues.want(outdated.queue);
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

  #all(): readonly ListSchedule[] {
    return [this.#hints, this.#queues, this.#endpoints];
  }

  #asked(what: string, ask: (part: string | undefined) => Promise<boolean>, periods = 1): ListSchedule {
    const { clock, times = usualTimes } = this.#options;
    return new ListSchedule({
      clock,
      times: { ...times, period: times.period * periods },
      ask: async (part) => {
        const isNews = await ask(part);
        this.#warnings.over(what);
        return isNews;
      },
      onFailed: (cause) => {
        this.#warnings.once(what, `Asterisk did not list its ${what}, it is asked again`, cause);
      },
    });
  }

  async #askHints(): Promise<boolean> {
    const { ami, taker } = this.#options;
    const times = this.#times;
    taker().expectList('hints');
    const { items } = await ami.list('ExtensionStateList');
    const isNews = times === this.#times && taker().takeHints(items);
    if (isNews) this.#endpoints.want();
    return isNews;
  }

  async #askQueues(queue: string | undefined): Promise<boolean> {
    const { ami, taker } = this.#options;
    const times = this.#times;
    taker().expectList('queues');
    const { items } = await ami.list('QueueStatus', queue === undefined ? {} : { Queue: queue });
    return times === this.#times && taker().takeQueues(items, queue);
  }

  async #askEndpoints(): Promise<boolean> {
    const times = this.#times;
    const endpoints = await fetchEndpoints(this.#options);
    return times === this.#times && this.#options.taker().takeEndpoints(endpoints);
  }
}
