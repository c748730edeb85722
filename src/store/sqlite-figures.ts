import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  countNames,
  type Cell,
  type CountName,
  type Counts,
  type FigureChange,
  type FigureQuestion,
} from './figures.ts';
import { storeError } from './store-error.ts';
import { Tally } from './tally.ts';

/** Days are below, hours beyond. */
const leastHour = 1e9;
/** Reasons of pauses that one cell tells apart, and what the others are counted under: some clients write a text each time. */
const mostReasons = 50;
const otherReasons = '…';

/** The sum of some cells. The parts of `Cell` by which they are not told apart are absent. */
export interface FigureRow extends Partial<Cell> {
  readonly counts: Required<Counts>;
  readonly longest: number;
}

/** Seconds of pause with one reason. */
export interface PauseRow extends Partial<Cell> {
  readonly reason: string;
  readonly seconds: number;
}

/** A record, and what it adds. */
export interface Counted {
  readonly id: string;
  readonly figures: readonly FigureChange[];
}

/** What a question brought, or a part of it. */
export interface FigureSlice {
  readonly rows: readonly FigureRow[];
  readonly pauses: readonly PauseRow[];
}

const numbers = [...countNames, 'longest'] as const;

/** Tables of the figures: a column for each number. */
export const figureTables = `CREATE TABLE figure (
     at INTEGER NOT NULL,
     queue TEXT NOT NULL,
     agent TEXT NOT NULL,
     ${numbers.map((name) => `${name} INTEGER NOT NULL DEFAULT 0`).join(',\n     ')},
     PRIMARY KEY (at, queue, agent)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE figure_pause (
     at INTEGER NOT NULL,
     queue TEXT NOT NULL,
     agent TEXT NOT NULL,
     reason TEXT NOT NULL,
     seconds INTEGER NOT NULL,
     PRIMARY KEY (at, queue, agent, reason)
   ) STRICT, WITHOUT ROWID`;

/** The columns of both tables, for whoever copies them. */
export const figureColumns = {
  figure: ['at', 'queue', 'agent', ...numbers],
  figure_pause: ['at', 'queue', 'agent', 'reason', 'seconds'],
} as const;

/** The statements of the figures. All throw what SQLite throws. */
export class FigureRows {
  readonly #db: DatabaseSync;
  readonly #add: StatementSync;
  readonly #addPause: StatementSync;
  readonly #trim: readonly StatementSync[];
  readonly #dayFrom: StatementSync;
  readonly #rowsOf: StatementSync;
  readonly #deleteDay: readonly StatementSync[];
  readonly #begin: StatementSync;
  readonly #undo: StatementSync;
  readonly #end: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    const sums = numbers.map((name) =>
      name === 'longest' ? 'longest = max(longest, excluded.longest)' : `${name} = ${name} + excluded.${name}`,
    );
    this.#add = db.prepare(
      `INSERT INTO figure (${figureColumns.figure.join(', ')}) VALUES (${figureColumns.figure.map(() => '?').join(', ')})
       ON CONFLICT DO UPDATE SET ${sums.join(', ')}`,
    );
    this.#addPause = db.prepare(
      `INSERT INTO figure_pause (at, queue, agent, reason, seconds)
       SELECT ?1, ?2, ?3, iif(
         EXISTS (SELECT 1 FROM figure_pause WHERE at = ?1 AND queue = ?2 AND agent = ?3 AND reason = ?4)
         OR (SELECT count(*) FROM figure_pause WHERE at = ?1 AND queue = ?2 AND agent = ?3) < ${mostReasons},
         ?4, '${otherReasons}'), ?5
       WHERE true ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds`,
    );
    this.#trim = ['figure', 'figure_pause'].flatMap((table) =>
      [0, leastHour].map((least) =>
        db.prepare(`DELETE FROM ${table} WHERE at = (SELECT min(at) FROM ${table} WHERE at >= ${least} AND at < ?)`),
      ),
    );
    this.#dayFrom = db.prepare(`SELECT min(at) AS at FROM figure WHERE at >= ? AND at < ${leastHour}`);
    const ofDay = 'at = ?1 OR at BETWEEN ?1 * 100 AND ?1 * 100 + 99';
    this.#rowsOf = db.prepare(
      `SELECT (SELECT count(*) FROM figure WHERE ${ofDay}) + (SELECT count(*) FROM figure_pause WHERE ${ofDay}) AS n`,
    );
    this.#deleteDay = ['figure', 'figure_pause'].map((table) => db.prepare(`DELETE FROM ${table} WHERE ${ofDay}`));
    this.#begin = db.prepare('SAVEPOINT beside');
    this.#undo = db.prepare('ROLLBACK TO beside');
    this.#end = db.prepare('RELEASE beside');
  }

  /** Counts; to be called in the transaction that stores what is counted. */
  add(changes: readonly FigureChange[]): void {
    for (const { at, queue, agent, add, longest = 0, reasons = [] } of changes) {
      this.#add.run(at, queue, agent, ...countNames.map((name) => add[name] ?? 0), longest);
      for (const [reason, seconds] of reasons) this.#addPause.run(at, queue, agent, reason, seconds);
    }
  }

  /**
   * Counts what comes with records, of each all or nothing: a fault of ours must not take a record away. To be called in the
   * transaction that stores them, once, so that each cell is written once. Returns those at fault; throws what the disk says.
   */
  addBeside(records: readonly Counted[]): readonly { readonly id: string; readonly fault: unknown }[] {
    const [first, ...others] = records;
    if (first === undefined) return [];
    const tally = new Tally();
    for (const { figures } of records) tally.addAll(figures);
    const fault = this.#addOrNothing(tally.changes);
    if (fault === undefined) return [];
    return others.length === 0 ? [{ id: first.id, fault }] : records.flatMap((record) => this.addBeside([record]));
  }

  #addOrNothing(changes: readonly FigureChange[]): unknown {
    this.#begin.run();
    try {
      this.add(changes);
      return undefined;
    } catch (error) {
      if (storeError(error) !== undefined) throw error;
      this.#undo.run();
      return error;
    } finally {
      if (this.#db.isTransaction) this.#end.run();
    }
  }

  /** The sums of the cells of these days: a short piece of work if these are few. */
  sums({ from, to, by, queue, agent }: FigureQuestion): FigureSlice {
    const scale = by.includes('hour') ? 100 : 1;
    const values = [from * scale, to * scale + scale - 1, ...[queue, agent].filter((value) => value !== undefined)];
    const isOfQueues = by.includes('queue') || queue !== undefined;
    // Who is logged in to several queues is so once: that is what the cells without a queue have.
    const isPresence = `queue ${isOfQueues ? '<>' : '='} ''`;
    const where = [
      'at BETWEEN ? AND ?',
      ...(queue === undefined ? [] : ['queue = ?']),
      ...(agent === undefined ? [] : ['agent = ?']),
    ].join(' AND ');
    const keys = [...new Set(by.map((one) => (one === 'day' || one === 'hour' ? 'at' : one)))].sort();
    const columns = countNames.map((name) =>
      name === 'logged_in' || name === 'paused'
        ? `sum(iif(${isPresence}, ${name}, 0)) AS ${name}`
        : `sum(${name}) AS ${name}`,
    );
    const grouped = (
      table: string,
      further: readonly string[],
      columns: readonly string[],
      condition: string,
    ): Row[] => {
      const all = [...keys, ...further].join(', ');
      const sql = `SELECT ${all}, ${columns.join(', ')} FROM ${table} WHERE ${condition} GROUP BY ${all} ORDER BY ${all}`;
      return this.#db.prepare(sql).all(...values);
    };
    const rows = grouped('figure', [], [...columns, 'max(longest) AS longest'], where);
    const pauses = grouped('figure_pause', ['reason'], ['sum(seconds) AS seconds'], `${where} AND ${isPresence}`);
    return {
      rows: rows.map(({ at, queue, agent, longest = 0, ...counts }) => ({
        ...placeOf({ at, queue, agent }),
        counts: counts as Required<Counts>,
        longest,
      })),
      pauses: pauses.map(({ at, queue, agent, reason = '', seconds = 0 }) => ({
        ...placeOf({ at, queue, agent }),
        reason,
        seconds,
      })),
    };
  }

  /** The first day from a day on that has figures. */
  dayFrom(day: number): number | undefined {
    return (this.#dayFrom.get(day) as { at: number | null }).at ?? undefined;
  }

  /** How many rows a day has, its hours included. */
  rowsOf(day: number): number {
    return (this.#rowsOf.get(day) as { n: number }).n;
  }

  /** Deletes all of a day. */
  deleteDay(day: number): void {
    for (const statement of this.#deleteDay) statement.run(day);
  }

  /** Deletes the oldest day and the oldest hour of before a day (as `Cell.at`). Returns how many cells these had. */
  trim(day: number): number {
    return this.#trim
      .map((statement, i) => Number(statement.run(i % 2 === 0 ? day : day * 100).changes))
      .reduce((sum, deleted) => sum + deleted, 0);
  }
}

/** A row of either table, as far as it was asked for. */
type Row = Partial<Cell & Record<CountName | 'longest' | 'seconds', number> & { readonly reason: string }>;

/** The parts of a cell that there are. */
function placeOf({ at, queue, agent }: { [K in keyof Cell]: Cell[K] | undefined }): Partial<Cell> {
  return {
    ...(at === undefined ? {} : { at }),
    ...(queue === undefined ? {} : { queue }),
    ...(agent === undefined ? {} : { agent }),
  };
}
