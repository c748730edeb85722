import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from '../base/ask.ts';
import { duration } from '../base/format.ts';
import { t } from '../base/language.ts';
import { failureText } from '../parts/action.tsx';
import { Choice } from '../parts/choice.tsx';
import { openRecord, recordSearch, type RecordSearch } from './drawer-state.ts';
import { Player } from './player.tsx';
import { lineOf, type CallRecord, type Line } from './record.ts';
import { VirtualRows } from './virtual-rows.tsx';

interface Found {
  readonly records: readonly CallRecord[];
  readonly next: string;
  readonly more: boolean;
}

const causes = ['NO_ASSIGN', 'NO_AGENT_ANSWER', 'NO_AGENT_LOGIN', 'MEMBER_CANCEL'] as const;

/** Lines that one request asks for. */
const page = 100;

/** The records of calls: search, rows, player. */
export function Records(): JSX.Element {
  const lines = useSignal<readonly Line[]>([]);
  const next = useSignal<string | undefined>(undefined);
  const state = useSignal<'loading' | 'more' | 'end'>('loading');
  const failure = useSignal('');
  const event = useSignal<'cc_cdr' | 'cdr'>('cc_cdr');
  const turn = useRef(0);
  const { value: search } = recordSearch;
  const read = async (own: number): Promise<void> => {
    state.value = 'loading';
    const outcome = await ask<Found>('GET', 'records/search', {
      ...paramsOf(search),
      event: event.value,
      limit: page,
      before: next.value,
    });
    // Something else is searched for by now.
    if (turn.current !== own) return;
    failure.value = outcome.ok ? '' : failureText(outcome);
    if (!outcome.ok) {
      state.value = 'more';
      return;
    }
    lines.value = [...lines.value, ...outcome.data.records.map(lineOf)];
    next.value = outcome.data.next;
    state.value = outcome.data.more ? 'more' : 'end';
    // It looked at as many records as it may, and found none: those before them may have some.
    if (outcome.data.more && outcome.data.records.length === 0) await read(own);
  };
  useEffect(() => {
    const own = ++turn.current;
    lines.value = [];
    next.value = undefined;
    const timer = setTimeout(() => void read(own), 250);
    return () => {
      clearTimeout(timer);
    };
  }, [search, event.value]);
  return (
    <>
      <Filters search={search} event={event} />
      {failure.value === '' ? null : <p class="failed">{failure.value}</p>}
      {state.value === 'end' && lines.value.length === 0 ? <p class="empty">{t('records.none')}</p> : null}
      <VirtualRows
        rows={lines.value}
        head={[
          t('records.start'),
          t('records.from'),
          t('records.to'),
          t('panel.queue'),
          t('records.agent'),
          t('records.wait'),
          t('records.talk'),
          t('records.result'),
          t('records.recording'),
        ]}
        cells={cellsOf}
        opened={openRecord}
        detail={({ recording }) => (recording === '' ? null : <Player path={recording} />)}
        onEnd={() => {
          if (state.value === 'more' && failure.value === '') void read(turn.current);
        }}
      />
      {state.value === 'loading' ? <p class="soft">{t('drawer.loading')}</p> : null}
    </>
  );
}

/** Number fields take what people paste: their digits count. */
function paramsOf({
  number = '',
  agent = '',
  queue = '',
  from = '',
  to = '',
  missCause = '',
}: RecordSearch): Record<string, string | undefined> {
  const given = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());
  return {
    number: given(number.replace(/\D/g, '')),
    agent: given(agent),
    queue: given(queue),
    missCause: given(missCause),
    from: from === '' ? undefined : `${from} 00:00:00`,
    to: to === '' ? undefined : `${to} 23:59:59`,
  };
}

function Filters({
  search,
  event,
}: {
  readonly search: RecordSearch;
  readonly event: { value: 'cc_cdr' | 'cdr' };
}): JSX.Element {
  const field = (name: keyof RecordSearch, label: string, type: 'search' | 'date' = 'search'): JSX.Element => (
    <label>
      <span>{label}</span>
      <input
        class="field"
        {...(type === 'date' ? { type: 'date' as const } : { type: 'search' as const })}
        value={search[name] ?? ''}
        onInput={({ currentTarget }) => {
          recordSearch.value = { ...search, [name]: currentTarget.value };
        }}
      />
    </label>
  );
  return (
    <div class="filters" role="search" aria-label={t('drawer.records')}>
      <Choice
        label={t('records.sort')}
        value={event.value}
        choices={[
          ['cc_cdr', t('records.sortQueue')],
          ['cdr', t('records.sortAll')],
        ]}
        onChoose={(value) => {
          event.value = value === 'cdr' ? 'cdr' : 'cc_cdr';
        }}
      />
      {field('number', t('panel.number'))}
      {field('agent', t('records.agent'))}
      {field('queue', t('panel.queue'))}
      {field('from', t('records.fromDay'), 'date')}
      {field('to', t('records.toDay'), 'date')}
      <Choice
        label={t('records.lostBy')}
        value={search.missCause ?? ''}
        choices={[
          ['', t('records.allCalls')],
          ['any', t('records.anyLost')],
          ...causes.map((cause) => [cause, t(`cause.${cause}`)] as const),
        ]}
        onChoose={(missCause) => {
          recordSearch.value = { ...search, missCause };
        }}
      />
      <button type="button" class="button" onClick={() => (recordSearch.value = {})}>
        {t('records.clear')}
      </button>
    </div>
  );
}

function cellsOf({
  start,
  from,
  to,
  queue,
  agent,
  wait,
  talk,
  missCause,
  recording,
  disposition,
}: Line): readonly string[] {
  const cause = causes.find((one) => one === missCause);
  const result =
    missCause === '' ? disposition || t('records.answered') : cause === undefined ? missCause : t(`cause.${cause}`);
  return [start, from, to, queue, agent, duration(wait), duration(talk), result, recording === '' ? '' : '▶'];
}
