import type { FigureRows } from './sqlite-figures.ts';

/**
 * Keeps the figures of a file within a number of rows, so that a small store keeps its room for records. Each step counts
 * the rows of a day; when there are too many in all, the oldest day goes. The newest day stays.
 */
export class FigureBound {
  readonly #figures: Pick<FigureRows, 'dayFrom' | 'rowsOf' | 'deleteDay'>;
  /** Rows by day, in the order of the days. */
  readonly #counted = new Map<number, number>();
  #next = 0;

  constructor(figures: Pick<FigureRows, 'dayFrom' | 'rowsOf' | 'deleteDay'>) {
    this.#figures = figures;
  }

  /** Does one short piece of work. Returns whether there is more to do; throws what SQLite throws. */
  step(most: number): boolean {
    const day = this.#figures.dayFrom(this.#next);
    if (day !== undefined) {
      this.#counted.set(day, this.#figures.rowsOf(day));
      this.#next = day + 1;
      return true;
    }
    const days = [...this.#counted];
    const [oldest] = days;
    const newest = days.at(-1);
    const rows = days.reduce((sum, [, count]) => sum + count, 0);
    if (oldest === undefined || oldest === newest || rows <= most) {
      // The newest day grows: it is counted again at the next look. A day before it that grows later does so little.
      if (newest !== undefined) this.#next = newest[0];
      return false;
    }
    this.#figures.deleteDay(oldest[0]);
    this.#counted.delete(oldest[0]);
    return true;
  }
}
