import type { Checkpoints } from '../system/checkpoints.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { Timer } from '../system/timer.ts';
import { CdrLog } from './cdr-log.ts';
import type { Knowledge } from './missed-calls.ts';
import type { GivenRow, KeyedRow } from './missed-rows.ts';
import type { LoggedCall } from './queue-call.ts';
import { QueueCalls } from './queue-calls.ts';
import type { RowTimes } from './row-times.ts';
import { ToldOnce } from './told-once.ts';

/** Where Asterisk's own logs are: the section `[asterisk]` of the configuration. */
export interface LogSettings {
  /** Files of call detail records that tell the same; one of them is read. */
  readonly cdrFiles: readonly string[];
  readonly cdrTimes: RowTimes;
  readonly queueLog: string;
}

/** What Gaps is made of. */
export interface GapsParts {
  readonly settings: LogSettings;
  readonly notes: Checkpoints;
  readonly log: Log;
  readonly clock: Clock;
  readonly knowledge: Knowledge;
  readonly onRow: (missed: KeyedRow, origin: string) => void;
  /** Told of calls before `onCall` gets them, some at a time. */
  readonly prepare?: (calls: readonly LoggedCall[]) => Promise<void>;
  readonly onCall: (call: LoggedCall) => void;
}

/** Milliseconds between two looks at the logs. */
const POLL = 1_000;
/** Milliseconds in which Asterisk writes into the file what it told before we were connected. */
const SETTLE = 1_000;
/** Milliseconds between two parts of a long log, so that others have their turn. */
const BREATH = 10;

/**
 * Finds in Asterisk's own logs what happened while the daemon or its connection was away, and what AMI did not tell for
 * any other reason: rows of call detail records, and callers of queues. Looks only while the picture is Asterisk's, and
 * no faster than the store takes what is found.
 */
export class Gaps {
  readonly #parts: GapsParts;
  readonly #told: ToldOnce;
  #cdr: CdrLog;
  #queue: QueueCalls;
  #state: 'new' | 'running' | 'stopped' = 'new';
  readonly #timer: Timer;
  #polling: Promise<void> = Promise.resolve();
  /** Since when the picture is Asterisk's, ms of the monotonic clock. */
  #upSince: number | undefined;
  #isCatchingUp = true;
  /** The store dropped, or may have dropped, what was read: the logs are read again from the last note. */
  #isDoubted = false;

  constructor(parts: GapsParts) {
    this.#parts = parts;
    this.#told = new ToldOnce(parts.log);
    this.#timer = new Timer(parts.clock, () => {
      this.#polling = this.#polling.then(() => this.#poll());
    });
    [this.#cdr, this.#queue] = this.#logs();
  }

  /**
   * From the loss of the connection until the rows that Asterisk wrote meanwhile were read: rows that AMI tells now are
   * newer than those, and wait for them. Where there is no file to read there is nothing to wait for.
   */
  get isCatchingUp(): boolean {
    return this.#isCatchingUp && this.#cdr.isThere;
  }

  /** Begins to look, and notes where the logs end when they are seen for the first time. */
  start(): void {
    this.#state = 'running';
    this.#schedule(0);
  }

  /** Resolves when nothing is read any more and how far was read is noted. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#timer.clear();
    await this.#polling;
    if (!this.#isDoubted) this.#save(true);
  }

  /** The picture is Asterisk's. */
  up(): void {
    if (this.#upSince !== undefined) return;
    this.#upSince = this.#parts.clock.monotonic();
    this.#schedule(SETTLE);
  }

  /** The connection to Asterisk is lost. */
  down(): void {
    this.#upSince = undefined;
    this.#isCatchingUp = true;
  }

  /** AMI told of a row. */
  gave(told: GivenRow): void {
    this.#cdr.gave(told);
  }

  /** The record of a call is being made; `uniqueids`: of its channels that the queue's log may call it by. */
  making(callId: string, uniqueids: readonly string[]): void {
    if (uniqueids.length > 0) this.#queue.making(callId, uniqueids);
  }

  #logs(): [CdrLog, QueueCalls] {
    const { settings, onRow, ...parts } = this.#parts;
    const queue = new QueueCalls({ ...parts, path: settings.queueLog });
    const cdr = new CdrLog({
      ...parts,
      paths: settings.cdrFiles,
      times: settings.cdrTimes,
      told: this.#told,
      onMissed: onRow,
      onRead: (row) => {
        queue.row(row);
      },
    });
    return [cdr, queue];
  }

  #schedule(wait: number): void {
    if (this.#state === 'running') this.#timer.setIn(wait);
  }

  async #poll(): Promise<void> {
    if (this.#isSafe()) {
      // One that cannot be read does not keep the other from being read.
      await this.#attempt('the start of queue_log', () => this.#queue.open());
      await this.#attempt('the start of the call detail records', () => this.#cdr.open());
      const since = this.#upSince;
      if (since !== undefined && this.#parts.clock.monotonic() - since >= SETTLE) {
        await this.#look();
        // Lost and found again meanwhile, it is another gap.
        if (since === this.#upSince) this.#isCatchingUp = false;
      }
      await this.#attempt('how far was read', () => {
        this.#save(false);
      });
    } else if (this.#upSince !== undefined) this.#isCatchingUp = false;
    this.#schedule(POLL);
  }

  /** Whether what is found becomes durable. Where it did not for a while, the logs are read again from the last note. */
  #isSafe(): boolean {
    if (!this.#parts.notes.isSafe) {
      this.#isDoubted = true;
      return false;
    }
    if (this.#isDoubted) [this.#cdr, this.#queue] = this.#logs();
    this.#isDoubted = false;
    return true;
  }

  async #look(): Promise<void> {
    const breathe = (): Promise<boolean> => this.#breathe();
    // First who waited, then the rows of their calls, which tell more of them.
    await this.#attempt('queue_log', () => this.#queue.read(breathe));
    const hasRows = await this.#attempt('call detail records', () => this.#cdr.read(this.#isCatchingUp, breathe));
    // A stop ends the reading where it is: of calls that were read by half the rest comes after the next start.
    const isGoingOn = (): boolean => this.#state === 'running' && this.#parts.notes.isSafe;
    if (isGoingOn()) await this.#queue.tell(hasRows, isGoingOn);
  }

  /** Whether it went well. */
  async #attempt(what: string, work: () => Promise<void> | void): Promise<boolean> {
    try {
      await work();
      this.#told.over(what);
      return true;
    } catch (cause) {
      this.#told.warn(what, `what happened while nobody looked cannot be read in Asterisk's own logs: ${what}`, cause);
      return false;
    }
  }

  /** Lets others have their turn, and the store take what was found. Whether to go on. */
  async #breathe(): Promise<boolean> {
    const { clock, notes } = this.#parts;
    await new Promise<void>((resolve) => clock.after(BREATH, resolve));
    await notes.settled();
    return this.#state === 'running' && notes.isSafe;
  }

  #save(atOnce: boolean): void {
    this.#queue.save(atOnce);
    this.#cdr.save(atOnce);
  }
}
