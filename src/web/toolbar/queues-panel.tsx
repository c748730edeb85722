import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ask } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { members } from '../base/live.ts';
import { Action } from '../parts/action.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { codes, wordsOf } from './box.ts';
import { atWork, ownMembers } from './me.ts';
import { Panel } from './panel.tsx';
import './queues-panel.css';
import { logIn, logOut, pause, ready } from './verbs.ts';

/** Logged in where, paused why; and all that can be done about it. */
export function QueuesPanel(): JSX.Element {
  const listed = useSignal<readonly string[] | undefined>(undefined);
  useEffect(() => {
    // An agent's stream names the queues that somebody is logged in to; the others are here.
    void ask<Readonly<Record<string, unknown>>>('GET', 'queues/queue-info').then((outcome) => {
      listed.value = outcome.ok ? Object.keys(outcome.data) : [];
    });
  }, []);
  // None before all are known: rows that came between others would move what one is about to press.
  const queues = useComputed(() => {
    if (listed.value === undefined) return [];
    const order = new Intl.Collator(undefined, { numeric: true });
    const named = members.values.value.map(({ queue }) => queue);
    return [...new Set([...listed.value, ...named])].sort((a, b) => order.compare(a, b));
  });
  return (
    <Panel title={t('bar.me')}>
      <Pauses />
      {queues.value.length > 0 ? null : <p>{t(listed.value === undefined ? 'bar.historyAsking' : 'bar.noQueues')}</p>}
      <ul class="queue-list">
        {queues.value.map((queue) => (
          <Queue key={queue} queue={queue} />
        ))}
      </ul>
      {ownMembers.value.length > 1 ? <Action label={t('bar.logoutAll')} run={() => logOut()} side="above" /> : null}
    </Panel>
  );
}

/** A pause in all queues: its reason is one of api.conf, or any text where that names none. */
function Pauses(): JSX.Element {
  const reason = useSignal('');
  const { pauseReasons } = codes.value;
  const all = ownMembers.value;
  return (
    <div class="pauses" role="group" aria-label={t('bar.pauseAll')}>
      <Action
        label={t(atWork.value.length > 0 ? 'bar.readyNow' : 'bar.ready')}
        hint="R"
        kind="main"
        disabled={!all.some(({ paused }) => paused)}
        run={() => ready()}
      />
      {pauseReasons.length === 0 ? (
        <>
          <input
            class="field"
            aria-label={t('bar.reason')}
            placeholder={t('bar.reason')}
            maxLength={80}
            disabled={all.length === 0}
            value={reason.value}
            onInput={(event) => {
              reason.value = event.currentTarget.value;
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.isComposing) return;
              event.preventDefault();
              event.currentTarget.parentElement?.querySelector<HTMLElement>('.pause-all button')?.click();
            }}
          />
          <span class="pause-all">
            <Action label={t('bar.pauseAll')} disabled={all.length === 0} run={() => pause(reason.value.trim())} />
          </span>
        </>
      ) : (
        pauseReasons.map(({ code, text }) => (
          <Action key={code} label={`${t('bar.pause')}: ${text}`} disabled={all.length === 0} run={() => pause(code)}>
            <span class="told">{text}</span>
          </Action>
        ))
      )}
    </div>
  );
}

function Queue({ queue }: { readonly queue: string }): JSX.Element {
  const member = ownMembers.value.find((one) => one.queue === queue);
  const isWorking = atWork.value.some((one) => one.queue === queue);
  return (
    <li data-queue={queue}>
      <span class="told queue-name" dir="auto" title={queue}>
        {queue}
      </span>
      {member === undefined ? (
        <StateBadge state="unreachable" word={t('bar.loggedOut')} />
      ) : isWorking ? (
        <StateBadge state="wrapup" since={member.pausedSince} />
      ) : member.paused ? (
        <StateBadge state="paused" word={wordsOf(codes.value.pauseReasons, member.reason)} since={member.pausedSince} />
      ) : (
        <StateBadge state="idle" />
      )}
      <span class="queue-actions">
        {member === undefined ? (
          <Action key="in" label={t('bar.login')} kind="main" run={() => logIn(queue)} />
        ) : (
          <>
            {member.paused ? <Action key="ready" label={t('bar.ready')} run={() => ready(queue)} /> : null}
            <Action key="out" label={t('bar.logout')} run={() => logOut(queue)} />
          </>
        )}
      </span>
    </li>
  );
}
