import { countNames, type Cell, type Counts, type CountName, type FigureChange } from './figures.ts';

interface Sum extends Cell {
  readonly add: Partial<Record<CountName, number>>;
  longest: number;
  readonly reasons: Map<string, number>;
}

/** Figures that are added up, cell by cell: what belongs to one cell is one change. */
export class Tally {
  readonly #sums = new Map<string, Sum>();

  /** Counts something in a cell. */
  add(cell: Cell, add: Counts, longest = 0): void {
    const counted = countNames.filter((name) => (add[name] ?? 0) !== 0);
    if (counted.length === 0) return;
    const sum = this.#of(cell);
    for (const name of counted) sum.add[name] = (sum.add[name] ?? 0) + (add[name] ?? 0);
    sum.longest = Math.max(sum.longest, longest);
  }

  /** Counts seconds of pause in a cell. */
  addPause(cell: Cell, reason: string, seconds: number): void {
    if (seconds === 0) return;
    const { add, reasons } = this.#of(cell);
    add.paused = (add.paused ?? 0) + seconds;
    reasons.set(reason, (reasons.get(reason) ?? 0) + seconds);
  }

  /** Counts all that was counted elsewhere. */
  addAll(changes: readonly FigureChange[]): void {
    for (const { add, longest = 0, reasons, ...cell } of changes) {
      this.add(cell, add, longest);
      const sum = this.#of(cell);
      for (const [reason, seconds] of reasons ?? []) sum.reasons.set(reason, (sum.reasons.get(reason) ?? 0) + seconds);
    }
  }

  /** What was counted, a change for each cell. */
  get changes(): FigureChange[] {
    return Array.from(this.#sums.values(), ({ longest, reasons, ...rest }) => ({
      ...rest,
      ...(longest === 0 ? {} : { longest }),
      ...(reasons.size > 0 ? { reasons } : {}),
    }));
  }

  #of({ at, queue, agent }: Cell): Sum {
    const key = JSON.stringify([at, agent, queue]);
    let sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, (sum = { at, queue, agent, add: {}, longest: 0, reasons: new Map() }));
    return sum;
  }
}
