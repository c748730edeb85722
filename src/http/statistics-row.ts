import { countNames, type CountName, type Grouping } from '../store/figures.ts';
import type { FigureTotal } from '../store/statistics.ts';
import { is, type ValueOf } from '../system/schema.ts';
import type { CsvCell } from './csv.ts';

const share = (text: string) => is.nullable(is.number(), `${text}, from 0 to 1; null: of nothing`);
const average = (text: string) => is.nullable(is.number(), `${text}, in seconds on average; null: of nothing`);

/** A row of figures. Times in seconds. */
export const statisticsRowSchema = is.object({
  day: is.optional(is.pattern('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', 'in the time of the box')),
  hour: is.optional(is.pattern('^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:00$', 'in the time of the box')),
  queue: is.optional(is.text('empty: what belongs to no queue')),
  agent: is.optional(is.text('extension or number; empty: nobody')),
  offered: is.integer('callers who came into the queue'),
  answered: is.integer('of these, by a member'),
  lost: is.integer('of these, who talked to nobody'),
  lostBy: is.object({
    NO_ASSIGN: is.integer(),
    NO_AGENT_ANSWER: is.integer(),
    NO_AGENT_LOGIN: is.integer(),
    MEMBER_CANCEL: is.integer(),
  }),
  passed: is.integer('of these, who went on: to another queue, to somebody outside of it'),
  inLevel: is.integer('answered within the service level of the queue'),
  serviceLevel: share('inLevel of those answered or lost'),
  wait: is.integer('waiting, in all'),
  waitAnswered: is.integer('waiting, of those answered'),
  averageWait: average('waiting'),
  averageWaitAnswered: average('waiting until answered'),
  longestWait: is.integer('the longest of all waits'),
  talks: is.integer('conversations'),
  talk: is.integer('talking'),
  averageTalk: average('a conversation'),
  hold: is.integer('callers on hold'),
  wrapup: is.integer('after-call work'),
  loggedIn: is.integer('logged in'),
  paused: is.integer('paused, after-call work aside'),
  pausedBy: is.mapOf(is.integer(), 'paused, by reason'),
  occupancy: share('talk, hold and wrapup of the time logged in and not paused'),
});

/** A row of figures as clients get it. */
export type StatisticsRow = ValueOf<typeof statisticsRowSchema>;

/** A part of a whole, to four decimals. */
function part(some: number, all: number): number | null {
  return all > 0 ? Math.round(Math.min(1, some / all) * 10_000) / 10_000 : null;
}

/** To one decimal. */
function mean(sum: number, of: number): number | null {
  return of > 0 ? Math.round((sum / of) * 10) / 10 : null;
}

/** A day or an hour as clients get it: 20261129 → `2026-11-29`, 2026112916 → `2026-11-29 16:00`. */
export function timeText(at: number): string {
  const [, day = '', hour] = /^(\d{8})(\d\d)?$/.exec(String(at)) ?? [];
  const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
  return hour === undefined ? date : `${date} ${hour}:00`;
}

/** A sum of figures as clients get it; `by`: what it is a row of. */
export function statisticsRow(
  { at, queue, agent, counts, longest, reasons }: FigureTotal,
  by: readonly Grouping[],
): StatisticsRow {
  const lostBy = {
    NO_ASSIGN: counts.no_assign,
    NO_AGENT_ANSWER: counts.no_agent_answer,
    NO_AGENT_LOGIN: counts.no_agent_login,
    MEMBER_CANCEL: counts.member_cancel,
  };
  const lost = Object.values(lostBy).reduce((sum, one) => sum + one, 0);
  const handled = counts.talk + counts.hold + counts.wrapup;
  return {
    ...(at === undefined ? {} : { [by.includes('hour') ? 'hour' : 'day']: timeText(at) }),
    ...(queue === undefined ? {} : { queue }),
    ...(agent === undefined ? {} : { agent }),
    offered: counts.offered,
    answered: counts.answered,
    lost,
    lostBy,
    passed: counts.passed,
    inLevel: counts.in_level,
    serviceLevel: part(counts.in_level, counts.answered + lost),
    wait: counts.wait,
    waitAnswered: counts.wait_answered,
    averageWait: mean(counts.wait, counts.offered),
    averageWaitAnswered: mean(counts.wait_answered, counts.answered),
    longestWait: longest,
    talks: counts.talks,
    talk: counts.talk,
    averageTalk: mean(counts.talk, counts.talks),
    hold: counts.hold,
    wrapup: counts.wrapup,
    loggedIn: counts.logged_in,
    paused: counts.paused,
    pausedBy: Object.fromEntries(reasons),
    occupancy: part(handled, counts.logged_in - counts.paused),
  };
}

/** The same row as cells of a table, each with its column; reasons of pauses are joined: `lunch=1800; training=600`. */
export function statisticsCells(row: StatisticsRow): [name: string, cell: CsvCell][] {
  return Object.entries(row).flatMap(([name, value]): [string, CsvCell][] => {
    if (typeof value === 'string' || typeof value === 'number' || value === null) return [[name, value]];
    if (name === 'lostBy') return Object.entries(value);
    const reasons = Object.entries(value).map(([reason, seconds]) => `${reason}=${seconds}`);
    return [[name, reasons.join('; ')]];
  });
}

const nothing = Object.fromEntries(countNames.map((name) => [name, 0])) as Record<CountName, number>;

/** The columns of a table by what its rows are of. */
export function statisticsColumns(by: readonly Grouping[]): string[] {
  const isByTime = by.includes('day') || by.includes('hour');
  const row = {
    ...(isByTime ? { at: 0 } : {}),
    ...(by.includes('queue') ? { queue: '' } : {}),
    ...(by.includes('agent') ? { agent: '' } : {}),
  };
  return statisticsCells(statisticsRow({ ...row, counts: nothing, longest: 0, reasons: new Map() }, by)).map(
    ([name]) => name,
  );
}
