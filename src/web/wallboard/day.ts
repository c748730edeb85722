import { signal } from '@preact/signals';
import type { StatisticsRow } from '../../http/statistics-row.ts';
import { ask } from '../base/ask.ts';
import { link } from '../base/live.ts';

/** What a queue did today. */
export type DayFigures = StatisticsRow;

/** Milliseconds between two questions. */
const every = 5_000;

/** The figures of today by queue; `undefined`: they are not known. */
export const today = signal<ReadonlyMap<string, DayFigures> | undefined>(undefined);

/** Asks for them again and again; returns what ends that. */
export function followToday(): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = async (): Promise<void> => {
    // Who knows that the box is away need not ask it.
    if (link.peek().state !== 'boxAway') await read();
    if (!isOver) timer = setTimeout(() => void again(), every);
  };
  void again();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

async function read(): Promise<void> {
  const outcome = await ask<{ readonly rows: readonly DayFigures[] }>('GET', 'statistics', { by: ['queue'] });
  if (outcome.ok) today.value = new Map(outcome.data.rows.map((row) => [row.queue ?? '', row]));
  else if (outcome.why !== 'unreachable') today.value = undefined;
}
