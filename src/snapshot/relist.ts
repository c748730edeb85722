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

/** Milliseconds after `Reload` until a module of Asterisk has read its files. */
const reloadTime = 1_000;

/** Asterisk does not report every change (none of a reload of queues): the daemon sees it within 10 s. */
const usualTimes: ListTimes = { shortest: 1_000, longest: 8_000, period: 9_000 };
/**
 * Phones and trunks are listed less often: they seldom change, and Asterisk may have to read them all from a database. A
 * new one is asked for at its first sign: a new hint, or a channel of a device that was not listed.
 */
const endpointPeriods = 5;

/** Takes the answers. Each `take` returns whether they are news. */
export interface ListTaker {
  /** This list is about to be asked for: events from now on are newer than the list. */
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
 * Keeps hints, queues with their members, and phones and trunks as Asterisk lists them while calls go on. Asterisk reports
 * few changes: none of `queue reload`, of QueueReload, or of a hint that `dialplan reload` removes. What it reports may be
 * a caller's forgery, so that what is dialled comes only from these lists.
 */
export class Relist {
  readonly #options: RelistOptions;
  readonly #warnings: RepeatedWarnings;
  readonly #hints: ListSchedule;
  readonly #queues: ListSchedule;
  readonly #endpoints: ListSchedule;
  /** How often everything was stopped: answers to questions from before that are dropped. */
  #stops = 0;

  constructor(options: RelistOptions) {
    this.#options = options;
    this.#warnings = new RepeatedWarnings(options.log, options.clock);
    this.#hints = this.#schedule('hints', () => this.#askHints());
    this.#queues = this.#schedule('queues', (queue) => this.#askQueues(queue));
    this.#endpoints = this.#schedule('phones', () => this.#askEndpoints(), endpointPeriods);
  }

  /** The picture is Asterisk's. */
  start(): void {
    for (const list of this.#all()) list.start();
  }

  /** The connection is lost, or a snapshot is asked for: it will be newer than the answers under way. */
  stop(): void {
    this.#stops++;
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

  /** A module of Asterisk reads its files again. */
  reloaded(): void {
    for (const list of this.#all()) list.want(undefined, reloadTime);
  }

  /** Resolves when the picture shows a queue's members as they are now, or Asterisk does not answer. */
  queueNow(queue: string): Promise<void> {
    return this.#queues.now(queue);
  }

  #all(): readonly ListSchedule[] {
    return [this.#hints, this.#queues, this.#endpoints];
  }

  #schedule(what: string, ask: (part: string | undefined) => Promise<boolean>, periods = 1): ListSchedule {
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
    const stops = this.#stops;
    taker().expectList('hints');
    const { items } = await ami.list('ExtensionStateList');
    const isNews = stops === this.#stops && taker().takeHints(items);
    if (isNews) this.#endpoints.want();
    return isNews;
  }

  async #askQueues(queue: string | undefined): Promise<boolean> {
    const { ami, taker } = this.#options;
    const stops = this.#stops;
    taker().expectList('queues');
    const { items } = await ami.list('QueueStatus', queue === undefined ? {} : { Queue: queue });
    return stops === this.#stops && taker().takeQueues(items, queue);
  }

  async #askEndpoints(): Promise<boolean> {
    const stops = this.#stops;
    const endpoints = await fetchEndpoints(this.#options);
    return stops === this.#stops && this.#options.taker().takeEndpoints(endpoints);
  }
}
