import type { PushedEvent } from '../events/event.ts';
import type { FigureChange, FigureQuestion } from '../store/figures.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { Statistics, type FigureTotal } from '../store/statistics.ts';
import { Attendance, type AttendanceParts } from './attendance.ts';
import { figuresOfRecord } from './of-record.ts';

/** What Figures are made of. */
export interface FiguresParts extends AttendanceParts {
  readonly store: AttendanceParts['store'] & Pick<SqliteStore, 'figures'>;
  /** Seconds within which callers of a queue are to be answered. */
  readonly level: (queue: string) => number;
}

/**
 * The entrance of this room: what is counted for each day, hour, queue and agent. Records come in, which the store counts as
 * it takes them, and who is logged in; sums go out. The room must not know who asks for them.
 */
export class Figures {
  readonly #parts: FiguresParts;
  readonly #attendance: Attendance;
  readonly #statistics: Statistics;

  constructor(parts: FiguresParts) {
    this.#parts = parts;
    this.#attendance = new Attendance(parts);
    this.#statistics = new Statistics(parts.store, parts.clock);
  }

  /** What a record adds. */
  of(record: PushedEvent): readonly FigureChange[] {
    return figuresOfRecord(record, this.#parts.level);
  }

  /** Called about once a second. */
  tick(): void {
    this.#attendance.tick();
  }

  /** Sums, up to now. Rejects with Refusal. */
  async ask(question: FigureQuestion): Promise<readonly FigureTotal[]> {
    await this.#attendance.settle();
    return this.#statistics.rows(question);
  }

  /** The daemon stops: what was counted is handed to the store, which writes it before it closes. */
  stop(): void {
    void this.#attendance.write();
  }
}
