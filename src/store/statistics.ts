import { systemClock, type Clock } from '../system/clock.ts';
import { Refusal } from '../system/refusal.ts';
import { WorkQueue } from '../system/work-queue.ts';
import { countNames, type Cell, type CountName, type FigureQuestion } from './figures.ts';
import { asRefusal } from './pull.ts';
import type { FigureRow, FigureSlice } from './sqlite-figures.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** Days that are read at once at most: between two such reads other work gets its turn. */
const mostDays = 28;
/** Milliseconds of one read, about: a busy box has many cells in a day. */
const readTime = 10;
/** Rows of one answer. */
const mostRows = 5_000;
/** Answers that may wait for their turn. */
const mostWaiting = 32;

/** A row of an answer, with the seconds of its pauses by reason. */
export interface FigureTotal extends FigureRow {
  readonly reasons: ReadonlyMap<string, number>;
}

/**
 * The figures as they are asked for over HTTP: sums of cells, made one answer at a time and in short reads. Rejects with
 * Refusal: `unavailable` when the store cannot be read or too many ask at once, `invalid` when there are too many rows.
 */
export class Statistics {
  readonly #store: Pick<SqliteStore, 'figures'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #turns = new WorkQueue(mostWaiting);

  constructor(store: Pick<SqliteStore, 'figures'>, clock: Pick<Clock, 'monotonic'> = systemClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Rows in the order of their cells, without those that would be all 0. */
  rows(question: FigureQuestion): Promise<FigureTotal[]> {
    return this.#turns.run(() => this.#rows(question));
  }

  async #rows(question: FigureQuestion): Promise<FigureTotal[]> {
    const totals = new Map<string, Total>();
    let days = 1;
    for (let { from } = question; from <= question.to;) {
      if (from > question.from) await new Promise((resolve) => setImmediate(resolve));
      const to = Math.min(question.to, laterDay(from, days - 1));
      const begun = this.#clock.monotonic();
      addSlice(totals, await this.#read({ ...question, from, to }));
      const took = this.#clock.monotonic() - begun;
      if (took > readTime) days = Math.max(1, Math.floor(days / 2));
      else if (took < readTime / 2) days = Math.min(mostDays, days * 2);
      from = laterDay(to, 1);
      if (totals.size > mostRows) {
        throw new Refusal('invalid', `more than ${mostRows} rows: ask for fewer days, or for one queue or agent`);
      }
    }
    // Who is only logged in has cells of no queue too.
    return [...totals.values()].filter(({ counts }) => countNames.some((name) => counts[name] !== 0)).sort(byCell);
  }

  async #read(question: FigureQuestion): Promise<FigureSlice> {
    try {
      return await this.#store.figures(question);
    } catch (error) {
      throw asRefusal(error);
    }
  }
}

type Total = Partial<Cell> & {
  readonly counts: Record<CountName, number>;
  longest: number;
  readonly reasons: Map<string, number>;
};

function addSlice(totals: Map<string, Total>, { rows, pauses }: FigureSlice): void {
  const keyOf = ({ at, queue, agent }: Partial<Cell>): string => JSON.stringify([at, queue, agent]);
  for (const { counts, longest, ...place } of rows) {
    const key = keyOf(place);
    const total = totals.get(key);
    if (total === undefined) totals.set(key, { ...place, counts: { ...counts }, longest, reasons: new Map() });
    else {
      for (const name of countNames) total.counts[name] += counts[name];
      total.longest = Math.max(total.longest, longest);
    }
  }
  for (const { reason, seconds, ...place } of pauses) {
    const reasons = totals.get(keyOf(place))?.reasons;
    reasons?.set(reason, (reasons.get(reason) ?? 0) + seconds);
  }
}

/** Names of digits as people count (8 before 10), then the others. */
function byName(one = '', other = ''): number {
  const [number, otherNumber] = [one, other].map((name) => (/^\d+$/.test(name) ? Number(name) : Infinity));
  if (number !== otherNumber) return (number ?? 0) - (otherNumber ?? 0);
  return one < other ? -1 : Number(one > other);
}

function byCell(one: Total, other: Total): number {
  return (one.at ?? 0) - (other.at ?? 0) || byName(one.queue, other.queue) || byName(one.agent, other.agent);
}

/** The day (as `Cell.at`) that many days later. */
export function laterDay(day: number, days: number): number {
  const date = new Date(Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, (day % 100) + days));
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}
