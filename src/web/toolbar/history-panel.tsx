import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { duration } from '../base/format.ts';
import { t } from '../base/language.ts';
import { Action, failureText } from '../parts/action.tsx';
import { codes, wordsOf } from './box.ts';
import './history-panel.css';
import { lastCall } from './last-call.ts';
import { grouped } from './number.ts';
import { own } from './own.ts';
import { ownCall } from './own-call.ts';
import { Panel } from './panel.tsx';
import type { PastCall } from './past-call.ts';
import { pastCalls } from './past-calls.ts';
import { dial } from './verbs.ts';

/** The last calls of the number that is, or was, on the line; and the agent's own. */
export function HistoryPanel(): JSX.Element {
  const number = ownCall.value?.number ?? lastCall.value?.number ?? '';
  return (
    <Panel title={t('bar.history')}>
      <div class="histories">
        {/^\+?[\d*#]+$/.test(number) ? (
          <History key={number} title={t('bar.historyNumber', { number: grouped(number) })} of={{ number }} />
        ) : null}
        <History title={t('bar.historyOwn')} of={{ extension: own.value }} />
      </div>
    </Panel>
  );
}

interface HistoryProps {
  readonly title: string;
  readonly of: Parameters<typeof pastCalls>[0];
}

function History({ title, of }: HistoryProps): JSX.Element {
  const calls = useSignal<readonly PastCall[]>([]);
  const notice = useSignal(t('bar.historyAsking'));
  useEffect(() => {
    let isOver = false;
    void pastCalls(of).then((outcome) => {
      if (isOver) return;
      calls.value = outcome.ok ? outcome.data : [];
      notice.value = !outcome.ok ? failureText(outcome) : outcome.data.length === 0 ? t('bar.historyNone') : '';
    });
    return () => {
      isOver = true;
    };
  }, []);
  return (
    <section class="history" aria-label={title}>
      <h3 class="told">{title}</h3>
      <p aria-live="polite">{notice}</p>
      <ul>
        {calls.value.map((call) => (
          <Line key={call.uuid} call={call} />
        ))}
      </ul>
    </section>
  );
}

function Line({ call }: { readonly call: PastCall }): JSX.Element {
  const { time, direction, number, queue, agent, talked, disposition } = call;
  return (
    <li>
      <time class="figure" title={time}>
        {time.slice(5, 16)}
      </time>
      <span class="way">{t(`bar.${direction}`)}</span>
      <Action label={t('bar.callBack', { number: grouped(number) })} run={() => dial(number)}>
        <bdi class="figure told">{grouped(number)}</bdi>
      </Action>
      <span class="told" dir="auto">
        {[queue, agent].filter(Boolean).join(' › ')}
      </span>
      <span class={talked > 0 ? 'figure' : 'was-lost'}>{talked > 0 ? duration(talked) : t('bar.lost')}</span>
      <span class="told" dir="auto">
        {wordsOf(codes.value.dispositions, disposition)}
      </span>
    </li>
  );
}
