import type { Checkpoints } from '../system/checkpoints.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { RepeatedWarnings } from '../system/repeated-warnings.ts';
import { Timer } from '../system/timer.ts';
import { CdrLog } from './cdr-log.ts';
import type { Knowledge } from './missed-calls.ts';
import type { GivenRow, KeyedRow } from './missed-rows.ts';
import type { LoggedCall } from './logged-call.ts';
import { QueueLog } from './queue-log.ts';
import type { RowTimes } from './row-times.ts';

/** Where Asterisk's own logs and recordings are. */
export interface LogSettings {
  /** Files with the same call detail records; one of them is read. */
  readonly cdrFiles: readonly string[];
  readonly cdrTimes: RowTimes;
  readonly queueLog: string;
  /** The folder of recordings. */
  readonly monitorDir: () => string;
}

/** What a LogWatch is made of. */
export interface LogWatchParts {
  readonly settings: LogSettings;
  readonly checkpoints: Checkpoints;
  readonly log: Log;
  readonly clock: Clock;
  readonly knowledge: Knowledge;
  /** Since when the picture is Asterisk's, ms of the monotonic clock; `undefined` while it is not. */
  readonly currentSince: () => number | undefined;
  /** Takes a row that the manager interface did not tell; `origin`: the channel its call began with, `''` if unknown. */
  readonly onRow: (missed: KeyedRow, origin: string) => void;
  /** Takes a call of a queue whose record nobody else makes. */
  readonly onCall: (call: LoggedCall) => void;
}

/** Milliseconds between two looks at the logs. */
const pollInterval = 1_000;
/** Milliseconds in which Asterisk writes to its files what it told before we were connected. */
const settleTime = 1_000;
/** Milliseconds of pause between two parts of a long log, so that other work has its turn. */
const breath = 10;

/**
 * Polls Asterisk's own logs for what happened while the daemon or its connection was away, and for what AMI did not tell
 * for any other reason: call detail records, and callers of queues. Reads only while the picture is current, and no faster
 * than the store takes what is found.
 */
export class LogWatch {
  readonly #parts: LogWatchParts;
  readonly #warnings: RepeatedWarnings;
  #cdr: CdrLog;
  #queue: QueueLog;
  #state: 'new' | 'running' | 'stopped' = 'new';
  readonly #timer: Timer;
  #polling: Promise<void> = Promise.resolve();
  #isCatchingUp = true;
  /** The store dropped, or may have dropped, what was read: the logs are read again from their checkpoints. */
  #isDoubted = false;

  constructor(parts: LogWatchParts) {
    this.#parts = parts;
    this.#warnings = new RepeatedWarnings(parts.log, parts.clock);
    this.#timer = new Timer(parts.clock, () => {
      this.#polling = this.#polling.then(() => this.#poll());
    });
    [this.#cdr, this.#queue] = this.#logs();
  }

  /**
   * True from the loss of the connection until the rows that Asterisk wrote meanwhile were read: newer rows that AMI tells
   * wait for them. Without a file there is nothing to wait for.
   */
  get isCatchingUp(): boolean {
    return this.#isCatchingUp && this.#cdr.isThere;
  }

  /** Begins to look; saves where the logs end if they are seen for the first time. */
  start(): void {
    this.#state = 'running';
    this.#schedule(0);
  }

  /** Resolves when reading has ended and the checkpoints are saved. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#timer.clear();
    await this.#polling;
    if (!this.#isDoubted) this.#save(true);
  }

  /** The picture is current. */
  up(): void {
    const wait = this.#settling;
    if (this.#isCatchingUp && wait !== undefined) this.#schedule(wait);
  }

  /** The connection to Asterisk is lost. */
  down(): void {
    this.#isCatchingUp = true;
  }

  /** AMI told of a row. */
  gave(told: GivenRow): void {
    this.#cdr.gave(told);
  }

  /** The record of a call is being made; `uniqueids`: other ids that queue_log may know the call by. */
  making(callId: string, uniqueids: readonly string[]): void {
    if (uniqueids.length > 0) this.#queue.making(callId, uniqueids);
  }

  #logs(): [CdrLog, QueueLog] {
    const { settings, onRow, ...parts } = this.#parts;
    const queue = new QueueLog({ ...parts, path: settings.queueLog, monitorDir: settings.monitorDir });
    const cdr = new CdrLog({
      ...parts,
      paths: settings.cdrFiles,
      times: settings.cdrTimes,
      warnings: this.#warnings,
      onMissed: onRow,
      onRead: (row) => {
        queue.row(row);
      },
      // A row proves a call, and is not read again: if only its place were saved and we died, the call would be lost.
      saveFirst: () => {
        queue.save(true);
      },
    });
    return [cdr, queue];
  }

  /** Milliseconds until Asterisk has written what it told before we were connected; `undefined` while we are not. */
  get #settling(): number | undefined {
    const since = this.#parts.currentSince();
    return since === undefined ? undefined : Math.max(0, since + settleTime - this.#parts.clock.monotonic());
  }

  #schedule(wait: number): void {
    if (this.#state === 'running') this.#timer.setIn(wait);
  }

  async #poll(): Promise<void> {
    const { currentSince } = this.#parts;
    if (this.#isSafe()) {
      // If one log cannot be read, the other one still is.
      await this.#attempt('the start of queue_log', () => this.#queue.open());
      await this.#attempt('the start of the call detail records', () => this.#cdr.open());
      const since = currentSince();
      if (this.#settling === 0) {
        await this.#look(() => {
          // If the connection was lost and came back meanwhile, there is another gap.
          if (since === currentSince()) this.#isCatchingUp = false;
        });
      }
      await this.#attempt('how far was read', () => {
        this.#save(false);
      });
    } else if (currentSince() !== undefined) this.#isCatchingUp = false;
    this.#schedule(pollInterval);
  }

  /** Whether what is found becomes durable. If it did not for a while, the logs are read again from their checkpoints. */
  #isSafe(): boolean {
    if (!this.#parts.checkpoints.isSafe) {
      this.#isDoubted = true;
      return false;
    }
    if (this.#isDoubted) [this.#cdr, this.#queue] = this.#logs();
    this.#isDoubted = false;
    return true;
  }

  /** `onRead`: the rows of before are handed over, and newer ones need not wait any longer. */
  async #look(onRead: () => void): Promise<void> {
    const breathe = (): Promise<boolean> => this.#breathe();
    // First the callers, then the rows of their calls, which tell more about them.
    await this.#attempt('queue_log', () => this.#queue.read(breathe));
    const hasRows = await this.#attempt('call detail records', () => this.#cdr.read(this.#isCatchingUp, breathe));
    onRead();
    // A stop ends the reading anywhere: the rest of a call comes after the next start.
    const isGoingOn = (): boolean => this.#state === 'running' && this.#parts.checkpoints.isSafe;
    if (isGoingOn()) await this.#queue.tell(hasRows, isGoingOn);
  }

  /** Whether it succeeded. */
  async #attempt(what: string, work: () => Promise<void> | void): Promise<boolean> {
    try {
      await work();
      this.#warnings.over(what);
      return true;
    } catch (cause) {
      this.#warnings.onChange(
        what,
        `what happened while nobody looked cannot be read in Asterisk's own logs: ${what}`,
        cause,
      );
      return false;
    }
  }

  /** Lets other work have its turn, and the store take what was found. Returns whether to go on. */
  async #breathe(): Promise<boolean> {
    const { clock, checkpoints } = this.#parts;
    await new Promise<void>((resolve) => clock.after(breath, resolve));
    await checkpoints.settled();
    return this.#state === 'running' && checkpoints.isSafe;
  }

  #save(atOnce: boolean): void {
    this.#queue.save(atOnce);
    this.#cdr.save(atOnce);
  }
}
