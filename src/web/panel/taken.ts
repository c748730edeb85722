import { effect, signal } from '@preact/signals';
import type { StatisticsRow } from '../../http/statistics-row.ts';
import { ask } from '../base/ask.ts';
import { link, members } from '../base/live.ts';

/** Calls that each agent took in each queue today, by `queue agent`; `undefined`: not known. */
const today = signal<ReadonlyMap<string, number> | undefined>(undefined);

/** Milliseconds from a change of a member to the question: the record of a call follows its end. */
const delay = 3_000;
/** Milliseconds after which it is asked in any case: days change at midnight. */
const every = 60_000;

/**
 * What an agent took in a queue today, as far as who signed in may know (an agent: of their own extension). `undefined`:
 * they may not, or it is not known yet.
 */
export function takenToday(queue: string, extension: string): number | undefined {
  const { value: known } = today;
  const { value: mine } = own;
  if (known === undefined || (mine !== '' && mine !== extension)) return undefined;
  return known.get(`${queue} ${extension}`) ?? 0;
}

/** The extension that the figures are confined to; `''`: none. */
const own = signal('');

/** Asks for them whenever a member changes, and now and then; returns what ends that. `extension`: of an agent, else `''`. */
export function followTaken(extension: string): () => void {
  own.value = extension;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const plan = (wait: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      void read().then(() => {
        if (isOver) return;
        isAsked = false;
        plan(every);
      });
    }, wait);
  };
  let isAsked = false;
  const end = effect(() => {
    const { value: crew } = members.values;
    if (link.value.state !== 'live' || crew.length === 0 || isAsked) return;
    isAsked = true;
    plan(today.peek() === undefined ? 0 : delay);
  });
  return () => {
    isOver = true;
    clearTimeout(timer);
    end();
    today.value = undefined;
  };
}

async function read(): Promise<void> {
  if (link.peek().state !== 'live') return;
  const outcome = await ask<{ readonly rows: readonly StatisticsRow[] }>('GET', 'statistics', {
    by: ['queue', 'agent'],
  });
  if (!outcome.ok) return;
  today.value = new Map(
    outcome.data.rows.map(({ queue = '', agent = '', answered }) => [`${queue} ${agent}`, answered]),
  );
}
