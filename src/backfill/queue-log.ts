import { doubtTime } from './cdr-log.ts';
import { findRecordings } from './find-recordings.ts';
import type { ResumableTailParts } from './resumable-tail.ts';
import { ResumableTail } from './resumable-tail.ts';
import type { SavedCalls, Knowledge } from './missed-calls.ts';
import { enough, MissedCalls } from './missed-calls.ts';
import type { LoggedCall } from './logged-call.ts';
import { lastTalkOf } from './logged-call.ts';
import { readQueueEvent } from './queue-event.ts';
import { firstLine } from '../system/control-characters.ts';
import type { LogRow } from './row.ts';

/** Most characters of lines in a warning. */
const shownLength = 300;
/** Calls that are handed over at once. */
const batchSize = 50;

/** What a QueueCalls is made of. */
export interface QueueLogParts extends Pick<ResumableTailParts<unknown>, 'path' | 'checkpoints' | 'log' | 'clock'> {
  readonly knowledge: Knowledge;
  /** The folder of recordings. */
  readonly monitorDir: () => string;
  readonly onCall: (call: LoggedCall) => void;
}

/** Finds the callers in queue_log that nobody else makes a record of. */
export class QueueLog {
  readonly #parts: QueueLogParts;
  readonly #calls = new MissedCalls();
  readonly #file: ResumableTail<SavedCalls>;

  constructor(parts: QueueLogParts) {
    this.#parts = parts;
    this.#file = new ResumableTail({
      ...parts,
      save: () => this.#calls.saved,
      restore: (kept) => {
        this.#calls.restore(kept, parts.clock.monotonic());
      },
    });
  }

  /** Rejects if its checkpoint cannot be read. */
  open(): Promise<void> {
    return this.#file.open();
  }

  /** Reads what is new, unless there are too many calls. `breathe` pauses, and says whether to go on. */
  async read(breathe: () => Promise<boolean>): Promise<void> {
    if (this.#calls.size >= enough) return;
    const all = { isRead: true };
    await this.#file.read(async (lines, doubtful) => {
      for (const line of lines) this.#take(line, doubtful);
      all.isRead = (await breathe()) && this.#calls.size < enough;
      return all.isRead;
    });
    if (all.isRead) this.#calls.end();
  }

  /** Takes a row of any call: a caller's rows tell more about them. */
  row(row: LogRow): void {
    this.#calls.row(row);
  }

  /**
   * The record of a call is being made. Other ids that the log knows the call by are saved at once, together with the
   * record: otherwise, after a crash, they would count as another call.
   */
  making(callId: string, uniqueids: readonly string[]): void {
    if (this.#calls.alias(callId, uniqueids)) this.#file.save(true);
  }

  /**
   * Hands over the calls that are over and that nobody else makes a record of. `hasRows`: see MissedCalls.due; `isGoingOn`
   * says whether to go on: the rest is due again.
   */
  async tell(hasRows: boolean, isGoingOn: () => boolean): Promise<void> {
    const { clock, knowledge } = this.#parts;
    const due = this.#calls.due(clock.monotonic(), knowledge, hasRows);
    this.#tellSetAside();
    while (due.length > 0 && isGoingOn()) {
      const some = due.slice(0, batchSize);
      const paths = await this.#recordingsOf(some, isGoingOn);
      if (!isGoingOn()) break;
      due.splice(0, some.length);
      for (const call of some) this.#tellOne({ ...call, recording: paths.get(call.callId) ?? '' });
    }
    for (const { callId } of due) this.#calls.putBack(callId);
  }

  /** Paths of the recordings of the calls' last conversations, by the calls' ids. */
  async #recordingsOf(calls: readonly LoggedCall[], isGoingOn: () => boolean): Promise<Map<string, string>> {
    const { log, monitorDir } = this.#parts;
    const recorded = calls.flatMap(({ callId, uniqueids, visits }) => {
      const talk = lastTalkOf(visits);
      return talk === undefined ? [] : [{ callId, uniqueids, at: talk.from }];
    });
    try {
      const found = await findRecordings(monitorDir(), recorded, isGoingOn);
      return new Map(
        recorded.map(({ callId }, index) => {
          const { path = '', others = [] } = found[index] ?? {};
          if (others.length > 0) this.#tellOthers(callId, path, others);
          return [callId, path];
        }),
      );
    } catch (cause) {
      log.error('what belongs to calls that nobody saw cannot be found', cause);
      return new Map();
    }
  }

  #tellOthers(callId: string, path: string, others: readonly string[]): void {
    const shown = [path, ...others].map((name) => firstLine(name)).join(', ');
    this.#parts.log.info(
      `call ${callId} has ${others.length + 1} recordings, the last is told of: ${shown.slice(0, shownLength)}`,
    );
  }

  #tellOne(call: LoggedCall): void {
    try {
      this.#parts.onCall(call);
    } catch (cause) {
      this.#parts.log.error(`the call ${call.callId} cannot be told`, cause);
    }
    this.#calls.made(call.callId);
  }

  #tellSetAside(): void {
    const { log } = this.#parts;
    for (const { lines, why } of this.#calls.takeSetAside()) {
      const shown = lines
        .map((line) => firstLine(line))
        .join(' ')
        .slice(0, shownLength);
      log.warning(
        `${this.#parts.path}: ${lines.length} lines may be forged, no record is made of them (${why}): ${shown}`,
      );
    }
  }

  save(atOnce = false): void {
    this.#file.save(atOnce);
  }

  #take(line: string, doubtful: number | undefined): void {
    const isOld = doubtful !== undefined && (readQueueEvent(line)?.at ?? 0) < doubtful - doubtTime;
    this.#calls.found(line, this.#parts.clock.monotonic(), isOld);
  }
}
