import { existsSync } from 'node:fs';
import type { Cancel, Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Notes } from './followed.ts';
import { Followed } from './followed.ts';
import type { KeptCall, Knowledge } from './missed-calls.ts';
import { MissedCalls } from './missed-calls.ts';
import type { KeptRows, KeyedRow } from './missed-rows.ts';
import { MissedRows } from './missed-rows.ts';
import type { FoundCall } from './queue-call.ts';
import { readEntry } from './queue-log.ts';
import type { LogRow } from './row.ts';
import { endOf, RowReader } from './row.ts';
import type { RowTimes } from './row-times.ts';

/** Where Asterisk's own logs are: the section `[asterisk]` of the configuration. */
export interface LogSettings {
  /** Files of call detail records; the first that is there is read. */
  readonly cdrFiles: readonly string[];
  readonly cdrTimes: RowTimes;
  readonly queueLog: string;
}

/** What Gaps is made of. */
export interface GapsParts {
  readonly settings: LogSettings;
  readonly notes: Notes;
  readonly log: Log;
  readonly clock: Clock;
  /** What a row is told apart by, whoever tells of it. */
  readonly keyOf: (row: LogRow) => string;
  readonly knowledge: Knowledge;
  readonly onRow: (missed: KeyedRow) => void;
  readonly onCall: (call: FoundCall) => void;
}

/** Milliseconds between two looks at the logs. */
const POLL = 1_000;
/** Milliseconds in which Asterisk writes into the file what it told before we were connected. */
const SETTLE = 1_000;
/** Milliseconds between two parts of a long log, so that others have their turn. */
const BREATH = 10;
/** Milliseconds after which the files that are not read are skipped again. */
const SKIP_EVERY = 3_600_000;
/** Milliseconds by which a line may be older than the place in the log that was lost, and is still new. */
const DOUBT = 10 * 60_000;

/**
 * Finds in Asterisk's own logs what happened while the daemon or its connection was away, and what AMI did not tell for
 * any other reason: rows of call detail records, and callers of queues. Looks only while the picture is Asterisk's.
 */
export class Gaps {
  readonly #parts: GapsParts;
  readonly #rows: MissedRows;
  readonly #calls = new MissedCalls();
  readonly #reader: RowReader;
  readonly #queueLog: Followed<KeptCall[]>;
  #cdrFile: Followed<KeptRows> | undefined;
  /** Files of the same rows that are not read. */
  #others: Followed<KeptRows>[] = [];
  #skippedAt = -Infinity;
  #state: 'new' | 'running' | 'stopped' = 'new';
  #cancel: Cancel | undefined;
  #polling: Promise<void> = Promise.resolve();
  /** Since when the picture is Asterisk's, ms of the monotonic clock. */
  #upSince: number | undefined;
  #isCatchingUp = true;
  /** As of the rows that were read last. */
  #doubtful: number | undefined;
  #trouble = '';
  readonly #told = new Set<string>();

  constructor(parts: GapsParts) {
    this.#parts = parts;
    this.#rows = new MissedRows(parts.keyOf);
    this.#reader = new RowReader(parts.settings.cdrTimes);
    this.#queueLog = new Followed({
      ...parts,
      path: parts.settings.queueLog,
      keep: () => this.#calls.kept,
      restore: (kept) => {
        this.#calls.restore(kept, parts.clock.monotonic());
      },
    });
  }

  /**
   * From the loss of the connection until the rows that Asterisk wrote meanwhile were read: rows that AMI tells now are
   * newer than those, and wait for them.
   */
  get isCatchingUp(): boolean {
    return this.#isCatchingUp;
  }

  /** Begins to look, and notes where the logs end when they are seen for the first time. */
  start(): void {
    this.#state = 'running';
    this.#schedule(0);
  }

  /** Resolves when nothing is read any more and how far was read is noted. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#cancel?.();
    await this.#polling;
    this.#save(true);
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
  gave(told: KeyedRow): void {
    if (this.#cdrFile !== undefined) this.#rows.gave(told);
  }

  #schedule(wait: number): void {
    this.#cancel?.();
    if (this.#state !== 'running') return;
    this.#cancel = this.#parts.clock.after(wait, () => {
      this.#polling = this.#polling.then(() => this.#poll());
    });
  }

  async #poll(): Promise<void> {
    try {
      await this.#open();
      const { clock } = this.#parts;
      const since = this.#upSince;
      if (since !== undefined && clock.monotonic() - since >= SETTLE) {
        await this.#look();
        // Lost and found again meanwhile, it is another gap.
        if (since === this.#upSince) this.#isCatchingUp = false;
      }
      this.#save(false);
      this.#trouble = '';
    } catch (cause) {
      const trouble = cause instanceof Error ? cause.message : String(cause);
      if (trouble !== this.#trouble) {
        this.#parts.log.warning("what happened while nobody looked cannot be read in Asterisk's own logs", cause);
      }
      this.#trouble = trouble;
      // What AMI tells is not to wait for a file that cannot be read.
      if (this.#upSince !== undefined) this.#isCatchingUp = false;
    }
    this.#schedule(POLL);
  }

  /** Finds the logs; the file of rows as soon as there is one. */
  async #open(): Promise<void> {
    await this.#queueLog.open();
    if (this.#cdrFile !== undefined) return;
    this.#others = [];
    const files = this.#parts.settings.cdrFiles.map((path) => this.#fileOfRows(path));
    const found = files.find(({ path }) => existsSync(path));
    await found?.open();
    for (const file of files) {
      if (file === found) continue;
      this.#others.push(file);
      // One that is not there yet will be new from its beginning.
      if (!file.isKnown) await file.skip();
    }
    this.#cdrFile = found;
  }

  /** What the file that is read tells need not be read again in the others, should they be read one day. */
  async #skipOthers(): Promise<void> {
    const now = this.#parts.clock.monotonic();
    if (this.#cdrFile === undefined || now - this.#skippedAt < SKIP_EVERY) return;
    this.#skippedAt = now;
    for (const file of this.#others) await file.skip();
  }

  #fileOfRows(path: string): Followed<KeptRows> {
    return new Followed({
      ...this.#parts,
      path,
      keep: () => (path === this.#cdrFile?.path ? this.#rows.kept : { waiting: [], recent: [] }),
      restore: (kept) => {
        const read = (line: string): LogRow | undefined => {
          const row = this.#reader.read(line);
          return typeof row === 'string' ? undefined : row;
        };
        this.#rows.restore(kept, read, this.#parts.clock.monotonic());
      },
    });
  }

  async #look(): Promise<void> {
    const { clock, knowledge, onCall } = this.#parts;
    // First who waited, then the rows of their calls, which tell more of them.
    await this.#queueLog.read((lines, doubtful) => {
      for (const line of lines) this.#entry(line, doubtful);
      return this.#breathe();
    });
    await this.#cdrFile?.read((lines, doubtful) => {
      if (doubtful !== this.#doubtful) this.#rows.again();
      this.#doubtful = doubtful;
      for (const line of lines) this.#row(line, doubtful);
      this.#tellRows();
      return this.#breathe();
    });
    this.#tellRows();
    // A stop ends the reading where it is: of calls that were read by half the rest comes after the next start.
    if (this.#state !== 'running') return;
    await this.#skipOthers();
    for (const call of this.#calls.due(clock.monotonic(), knowledge)) onCall(call);
  }

  #entry(line: string, doubtful: number | undefined): void {
    if (doubtful !== undefined && (readEntry(line)?.at ?? 0) < doubtful - DOUBT) return;
    this.#calls.found(line, this.#parts.clock.monotonic());
  }

  #row(line: string, doubtful: number | undefined): void {
    if (line === '') return;
    const row = this.#reader.read(line);
    switch (row) {
      case 'torn':
        this.#once('torn', `a line of the call detail records is torn and passed over: ${line.slice(0, 200)}`);
        return;
      case 'anonymous':
        this.#once(
          'anonymous',
          'the call detail records have no uniqueid (loguniqueid in cdr.conf): none is made up for',
        );
        return;
      default:
        if (doubtful !== undefined && endOf(row) < doubtful - DOUBT) return;
        this.#calls.row(row);
        this.#rows.found(row, line, this.#parts.clock.monotonic());
    }
  }

  #tellRows(): void {
    const { clock, onRow } = this.#parts;
    for (const missed of this.#rows.due(clock.monotonic(), this.#isCatchingUp)) onRow(missed);
    if (this.#rows.isOtherZone) {
      this.#once(
        'zone',
        'the call detail records have times of another time zone than Asterisk (cdr_times in [asterisk])',
      );
    }
  }

  #once(about: string, message: string): void {
    if (this.#told.has(about)) return;
    this.#told.add(about);
    this.#parts.log.warning(message);
  }

  /** Whether to go on. */
  async #breathe(): Promise<boolean> {
    await new Promise<void>((resolve) => this.#parts.clock.after(BREATH, resolve));
    return this.#state === 'running';
  }

  #save(isLast: boolean): void {
    this.#queueLog.save(isLast);
    this.#cdrFile?.save(isLast);
  }
}
