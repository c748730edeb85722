import type { FigureQuestion, Grouping } from '../../store/figures.ts';
import { laterDay, type FigureTotal } from '../../store/statistics.ts';
import { localDay } from '../../system/local-time.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { formatCsv, prefersCsv } from '../csv.ts';
import { HttpError } from '../http-error.ts';
import { confinedTo, onlyOwn, requireOwn } from '../own.ts';
import { extension, list, oneOf, optional, queue, type Param } from '../params.ts';
import { route, type Route } from '../route.ts';
import {
  statisticsCells,
  statisticsColumns,
  statisticsRow,
  statisticsRowSchema,
  timeText,
  type StatisticsRow,
} from '../statistics-row.ts';

/** What this route needs. */
export interface StatisticsDeps {
  /** Sums of the figures, up to this moment. */
  readonly statistics: (question: FigureQuestion) => Promise<readonly FigureTotal[]>;
}

/** Days of one answer, and of one by the hour. */
const mostDays = { day: 400, hour: 31 } as const;

/** `2026-11-29` → 20261129. */
const day: Param<number | undefined> = optional({
  allowed: 'a day, YYYY-MM-DD',
  pattern: '[0-9]{4}-[0-9]{2}-[0-9]{2}',
  required: true,
  read: (value) => {
    if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return undefined;
    const number = Number(value.replaceAll('-', ''));
    // A day that does not exist would be another one.
    return number >= 1970_01_01 && laterDay(number, 0) === number ? number : undefined;
  },
});

const by: Param<readonly [Grouping, ...Grouping[]] | undefined> = optional(
  list(oneOf('day', 'hour', 'queue', 'agent'), 4),
);

const dataSchema = () =>
  is.object({
    from: is.text('the first day'),
    to: is.text('the last day'),
    by: is.list(is.word(['day', 'hour', 'queue', 'agent'])),
    rows: is.list(statisticsRowSchema),
  });

const sampleRow: StatisticsRow = {
  day: '2026-11-29',
  queue: '630',
  offered: 120,
  answered: 104,
  lost: 14,
  lostBy: { NO_ASSIGN: 3, NO_AGENT_ANSWER: 6, NO_AGENT_LOGIN: 0, MEMBER_CANCEL: 5 },
  passed: 2,
  inLevel: 91,
  serviceLevel: 0.7712,
  wait: 1980,
  waitAnswered: 1404,
  averageWait: 16.5,
  averageWaitAnswered: 13.5,
  longestWait: 184,
  talks: 107,
  talk: 19260,
  averageTalk: 180,
  hold: 420,
  wrapup: 1870,
  loggedIn: 86400,
  paused: 9000,
  pausedBy: { lunch: 7200, training: 1800 },
  occupancy: 0.2784,
};
const sample: ValueOf<typeof dataSchema> = {
  from: '2026-11-29',
  to: '2026-11-29',
  by: ['day', 'queue'],
  rows: [sampleRow],
};

/** What the daemon counted. */
export function statisticsRoutes({ statistics }: StatisticsDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/statistics',
      summary: 'Figures by day, hour, queue and agent',
      access: 'ours',
      role: 'wallboard',
      params: {
        from: day,
        to: day,
        by,
        queue: optional(queue),
        agent: optional(extension),
        format: optional(oneOf('json', 'csv')),
      },
      meanings: {
        from: 'the first day; without it, the last one',
        to: 'the last day; without it, today',
        by: 'what each row is of, in this order; without it, a day',
        queue: 'only calls of this queue',
        agent: 'only what this agent did',
        format: 'csv: as a table; without it, as the header Accept has it',
      },
      answer: () => [
        succeeds('Statistics will follow', dataSchema(), sample),
        { description: 'The same rows as a table, where CSV is asked for', type: 'text/csv', schema: is.text() },
      ],
      refuses: {
        400: [
          'from: is after to',
          'more than 400 days (31 by the hour)',
          'by: figures of agents are kept by the day',
          'more than 5000 rows: ask for fewer days, or for one queue or agent',
        ],
        403: [...(onlyOwn[403] ?? []), 'a wallboard sees the figures of queues only'],
        503: ['the store fails: …'],
      },
      async handle({ from, to, by: wanted, queue: ofQueue, agent, format }, { identity, headers }) {
        if (agent !== undefined) requireOwn(identity, agent);
        const isOfAgents = agent !== undefined || wanted?.includes('agent') === true;
        if (identity.role === 'wallboard' && isOfAgents) {
          throw new HttpError(403, 'a wallboard sees the figures of queues only');
        }
        const question = questionOf({
          from,
          to,
          by: wanted ?? ['day'],
          queue: ofQueue,
          agent: confinedTo(identity) ?? agent,
        });
        const totals = await statistics(question);
        const rows = totals.map((total) => statisticsRow(total, question.by));
        const span = { from: timeText(question.from), to: timeText(question.to) };
        const isCsv = format === undefined ? prefersCsv(headers.accept) : format === 'csv';
        if (!isCsv) return success('Statistics will follow', { ...span, by: question.by, rows });
        return {
          text: formatCsv(
            statisticsColumns(question.by),
            rows.map((row) => statisticsCells(row).map(([, cell]) => cell)),
          ),
          headers: {
            'Content-Type': 'text/csv; charset=utf-8; header=present',
            'Content-Disposition': `attachment; filename="statistics-${span.from}-${span.to}.csv"`,
          },
        };
      },
    }),
  ];
}

/**
 * What is asked for, with its defaults.
 * @throws {HttpError} 400
 */
function questionOf(
  wanted: Omit<FigureQuestion, 'from' | 'to'> & Readonly<Record<'from' | 'to', number | undefined>>,
): FigureQuestion {
  const to = wanted.to ?? Math.max(localDay(Date.now()), wanted.from ?? 0);
  const from = wanted.from ?? to;
  const isByHour = wanted.by.includes('hour');
  if (from > to) throw new HttpError(400, 'from: is after to');
  const most = isByHour ? mostDays.hour : mostDays.day;
  if (laterDay(from, most) <= to)
    throw new HttpError(400, `more than ${mostDays.day} days (${mostDays.hour} by the hour)`);
  if (isByHour && (wanted.by.includes('agent') || wanted.agent !== undefined)) {
    throw new HttpError(400, 'by: figures of agents are kept by the day');
  }
  return { ...wanted, from, to };
}
