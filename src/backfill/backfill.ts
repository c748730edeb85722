import type { Change } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import type { AmiEvent } from './held-rows.ts';
import { HeldRows } from './held-rows.ts';
import type { LogWatchParts } from './log-watch.ts';
import { LogWatch } from './log-watch.ts';

/** What a Backfill is made of. */
export interface BackfillParts extends Omit<LogWatchParts, 'knowledge'> {
  readonly picture: Pick<Picture, 'callOf'>;
  /** Whether the call-centre record of a call was made. */
  readonly hasRecord: (callId: string) => boolean;
  /** Takes the rows that were held back, in their order. */
  readonly onHeldRow: (event: AmiEvent, arrived: number) => void;
}

/**
 * Fills the gaps: what Asterisk did while the daemon or its connection was away. Comes in: Asterisk's own logs, and what
 * the picture saw. Goes out: rows and calls that the manager interface did not tell, and rows that it told too early.
 * Knows nothing of what is made of them.
 */
export class Backfill {
  readonly #parts: BackfillParts;
  readonly #watch: LogWatch;
  readonly #held = new HeldRows();
  /** Calls that are over and whose record waits for after-call work. */
  readonly #awaitingRecord = new Set<string>();

  constructor(parts: BackfillParts) {
    this.#parts = parts;
    const { picture, hasRecord, log } = parts;
    this.#watch = new LogWatch({
      ...parts,
      knowledge: {
        callIdOf: (uniqueid) => picture.callOf(uniqueid)?.id,
        isExpected: (callId) => this.#awaitingRecord.has(callId),
        hasNoQueue: (uniqueid) => {
          const call = picture.callOf(uniqueid);
          return call !== undefined && !call.incomplete && (call.callerPath?.queues.length ?? 0) === 0;
        },
        hasRecord,
      },
      onCall: (call) => {
        log.info(`call ${call.callId} was in a queue while nobody looked: its record is made of the queue's log`);
        parts.onCall(call);
      },
    });
  }

  start(): void {
    this.#watch.start();
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  /** The picture is Asterisk's. */
  up(): void {
    this.#watch.up();
  }

  /** The connection to Asterisk is lost. */
  down(): void {
    this.#watch.down();
  }

  /** Takes an event if it is a row that must wait, so that the rows of a call stay in their order; false: it need not. */
  holds(event: AmiEvent, arrived: number): boolean {
    return (
      event.name === 'Cdr' && this.#watch.isCatchingUp && this.#held.add(event, arrived, this.#parts.clock.monotonic())
    );
  }

  /** Called about once a second. */
  tick(): void {
    if (!this.#watch.isCatchingUp || this.#held.isOverdue(this.#parts.clock.monotonic())) this.release();
  }

  /** Hands over what was held back. Never throws: a row that cannot be taken must not end a stop. */
  release(): void {
    try {
      this.#held.release(this.#parts.onHeldRow);
    } catch (cause) {
      this.#parts.log.error('rows of call detail records cannot be taken', cause);
    }
  }

  /** Learns what the picture saw, before after-call work. */
  noteSeen(change: Change): void {
    if (change.type === 'call-over') this.#awaitingRecord.add(change.callerPath.call.id);
    if (change.type === 'cdr') this.#watch.gave({ row: change.row, key: change.row.key });
  }

  /** Learns what events are about to be made of. */
  notePassing(change: Change): void {
    if (change.type !== 'call-settled') return;
    const { call, callerChannel, queues } = change.callerPath;
    this.#awaitingRecord.delete(call.id);
    if (queues.length === 0) return;
    // The log may know the caller by half of a Local channel, or by a channel that Asterisk linked to another call.
    const halves = [...call.channels.values()].filter(({ isInternal }) => isInternal);
    this.#watch.making(
      call.id,
      [callerChannel, ...halves].map(({ uniqueid }) => uniqueid).filter((uniqueid) => uniqueid !== call.id),
    );
  }
}
