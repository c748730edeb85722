import { DOUBT } from './cdr-log.ts';
import type { FollowedParts } from './followed.ts';
import { Followed } from './followed.ts';
import type { KeptCalls, Knowledge } from './missed-calls.ts';
import { MissedCalls } from './missed-calls.ts';
import type { FoundCall } from './queue-call.ts';
import { readEntry } from './queue-log.ts';
import type { LogRow } from './row.ts';

/** Callers at once until some of them are told: no box has as many. */
const ENOUGH = 1_000;

/** What a QueueCalls is made of. */
export interface QueueCallsParts extends Pick<FollowedParts<unknown>, 'path' | 'notes' | 'log' | 'clock'> {
  readonly knowledge: Knowledge;
  readonly onCall: (call: FoundCall) => void;
}

/** The log of Asterisk's queues: callers of whom nobody makes a record. */
export class QueueCalls {
  readonly #parts: QueueCallsParts;
  readonly #calls = new MissedCalls();
  readonly #file: Followed<KeptCalls>;

  constructor(parts: QueueCallsParts) {
    this.#parts = parts;
    this.#file = new Followed({
      ...parts,
      keep: () => this.#calls.kept,
      restore: (kept) => {
        this.#calls.restore(kept, parts.clock.monotonic());
      },
    });
  }

  /** Rejects when nobody knows how far it was read. */
  open(): Promise<void> {
    return this.#file.open();
  }

  /** Reads what is new, or as much of it as can be told first. `breathe` says whether to go on. */
  async read(breathe: () => Promise<boolean>): Promise<void> {
    if (this.#calls.size >= ENOUGH) return;
    await this.#file.read(async (lines, doubtful) => {
      for (const line of lines) this.#take(line, doubtful);
      return (await breathe()) && this.#calls.size < ENOUGH;
    });
  }

  /** A row was read, of whatever call: those of a caller tell more of them. */
  row(row: LogRow): void {
    this.#calls.row(row);
  }

  /**
   * The record of a call is being made. Callers of it that the log calls by other ids are noted at once, in one go with
   * the record: after a crash they would be taken for another call.
   */
  making(callId: string, uniqueids: readonly string[]): void {
    if (this.#calls.alias(callId, uniqueids)) this.#file.save(true);
  }

  /** Tells of the calls that are over and that nobody makes a record of. */
  tell(): void {
    const { clock, log, knowledge, onCall } = this.#parts;
    for (const call of this.#calls.due(clock.monotonic(), knowledge)) {
      try {
        onCall(call);
      } catch (cause) {
        log.error(`the call ${call.callId} cannot be told`, cause);
      }
    }
  }

  save(atOnce = false): void {
    this.#file.save(atOnce);
  }

  #take(line: string, doubtful: number | undefined): void {
    if (doubtful !== undefined && (readEntry(line)?.at ?? 0) < doubtful - DOUBT) return;
    this.#calls.found(line, this.#parts.clock.monotonic());
  }
}
