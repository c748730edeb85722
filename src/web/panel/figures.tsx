import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { StatisticsRow } from '../../http/statistics-row.ts';
import { ask, type Outcome } from '../base/ask.ts';
import { now } from '../base/clock.ts';
import { absolute, count, duration, percent } from '../base/format.ts';
import { t } from '../base/language.ts';
import { failureText } from '../parts/action.tsx';
import { Bars } from './bars.tsx';

/** The causes of lost calls, in the order in which they are drawn. */
const causes = ['NO_AGENT_ANSWER', 'NO_ASSIGN', 'NO_AGENT_LOGIN', 'MEMBER_CANCEL'] as const;

/** Rows by hour, by day, and of the whole time by queue and by agent. */
interface Figures {
  readonly hours: readonly StatisticsRow[];
  readonly days: readonly StatisticsRow[];
  readonly queues: readonly StatisticsRow[];
  readonly agents: readonly StatisticsRow[];
}

/** What was counted: load by hour, lost calls by cause, service level by day, queues and agents. */
export function FiguresView(): JSX.Element {
  const today = absolute(now.peek()).slice(0, 10);
  const from = useSignal(absolute(now.peek() - 6 * 86_400).slice(0, 10));
  const to = useSignal(today);
  const queue = useSignal('');
  const figures = useSignal<Figures | undefined>(undefined);
  const failure = useSignal('');
  useEffect(() => {
    let isOver = false;
    const span = { from: from.value, to: to.value, queue: queue.value === '' ? undefined : queue.value };
    const read = (by: readonly string[]): Promise<Outcome<{ readonly rows: readonly StatisticsRow[] }>> =>
      ask('GET', 'statistics', { ...span, by });
    const timer = setTimeout(() => {
      void Promise.all([read(['hour']), read(['day']), read(['queue']), read(['agent'])]).then((all) => {
        if (isOver) return;
        const failed = all.find((one) => !one.ok);
        failure.value = failed === undefined ? '' : failureText(failed);
        const [hours = [], days = [], queues = [], agents = []] = all.map((one) => (one.ok ? one.data.rows : []));
        figures.value = { hours, days, queues, agents };
      });
    }, 250);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [from.value, to.value, queue.value]);
  const field = (label: string, state: { value: string }, type: 'date' | 'search'): JSX.Element => (
    <label>
      <span>{label}</span>
      <input
        class="field"
        {...(type === 'date' ? { type: 'date' as const } : { type: 'search' as const })}
        value={state.value}
        onInput={({ currentTarget }) => {
          state.value = currentTarget.value;
        }}
      />
    </label>
  );
  const { value: shown } = figures;
  return (
    <>
      <div class="filters" role="search" aria-label={t('drawer.figures')}>
        {field(t('records.fromDay'), from, 'date')}
        {field(t('records.toDay'), to, 'date')}
        {field(t('panel.queue'), queue, 'search')}
      </div>
      {failure.value === '' ? null : <p class="failed">{failure.value}</p>}
      {shown === undefined ? <p class="soft">{t('drawer.loading')}</p> : <Charts figures={shown} />}
    </>
  );
}

function Charts({ figures: { hours, days, queues, agents } }: { readonly figures: Figures }): JSX.Element {
  if (days.length === 0) return <p class="empty">{t('figures.none')}</p>;
  const byHour = Array.from({ length: 24 }, (_, hour) => {
    const of = hours.filter((row) => Number((row.hour ?? '').slice(11, 13)) === hour);
    const offered = of.reduce((sum, row) => sum + row.offered, 0);
    const answered = of.reduce((sum, row) => sum + row.answered, 0);
    return { name: String(hour), parts: [answered, offered - answered], text: `${answered} / ${offered}` };
  });
  const lost = days.map((row) => {
    const parts = causes.map((cause) => row.lostBy[cause]);
    const text = causes.map((cause, i) => `${t(`cause.${cause}`)} ${parts[i] ?? 0}`).join(', ');
    return { name: (row.day ?? '').slice(5), parts, text };
  });
  const level = days.map((row) => {
    const part = row.serviceLevel ?? undefined;
    return { name: (row.day ?? '').slice(5), parts: [part ?? 0], text: part === undefined ? '–' : percent(part) };
  });
  const whole = (value: number): string => count(Math.round(value));
  return (
    <>
      <div class="charts">
        <Bars
          title={t('figures.load')}
          bars={byHour}
          parts={[t('figures.answered'), t('figures.notAnswered')]}
          shown={whole}
        />
        <Bars title={t('figures.lost')} bars={lost} parts={causes.map((cause) => t(`cause.${cause}`))} shown={whole} />
        <Bars title={t('figures.level')} bars={level} parts={[t('figures.level')]} top={1} shown={percent} />
      </div>
      <Table title={t('panel.queues')} rows={queues} nameOf={({ queue = '' }) => queue} />
      <Table title={t('figures.agents')} rows={agents} nameOf={({ agent = '' }) => agent} />
    </>
  );
}

interface TableProps {
  readonly title: string;
  readonly rows: readonly StatisticsRow[];
  readonly nameOf: (row: StatisticsRow) => string;
}

function Table({ title, rows, nameOf }: TableProps): JSX.Element {
  const columns: readonly (readonly [string, (row: StatisticsRow) => string])[] = [
    [t('figures.offered'), ({ offered }) => count(offered)],
    [t('figures.answered'), ({ answered }) => count(answered)],
    [t('figures.lostShort'), ({ lost }) => count(lost)],
    [t('figures.level'), ({ serviceLevel }) => (typeof serviceLevel === 'number' ? percent(serviceLevel) : '–')],
    [t('figures.wait'), ({ averageWait }) => (typeof averageWait === 'number' ? duration(averageWait) : '–')],
    [t('figures.longest'), ({ longestWait }) => duration(longestWait)],
    [t('records.talk'), ({ talk }) => duration(talk)],
    [t('state.wrapup'), ({ wrapup }) => duration(wrapup)],
    [t('figures.loggedIn'), ({ loggedIn }) => duration(loggedIn)],
    [t('state.paused'), ({ paused }) => duration(paused)],
    [t('figures.occupancy'), ({ occupancy }) => (typeof occupancy === 'number' ? percent(occupancy) : '–')],
  ];
  return (
    <div class="table-of" role="region" aria-label={t('drawer.figures')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {columns.map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={nameOf(row)}>
              <th scope="row">{nameOf(row) === '' ? '–' : nameOf(row)}</th>
              {columns.map(([name, shown]) => (
                <td key={name}>{shown(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
