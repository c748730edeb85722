import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { count } from '../base/format.ts';
import { t } from '../base/language.ts';
import { callers, link, members, queues } from '../base/live.ts';
import { Shape } from '../parts/shape.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { Timer } from '../parts/timer.tsx';
import { inOrder } from './choices.ts';
import { reasonText } from './codes.ts';
import { waits } from './handed.ts';
import { Pick } from './pick.tsx';
import { frontOf, nameOf, pauseOf, presenceOf, steady } from './presence.ts';
import { takenToday } from './taken.ts';

/** Queues with those who wait and those who answer. */
export function Queues(): JSX.Element {
  const names = useComputed(() => inOrder(queues.keys.value));
  if (names.value.length === 0 && link.value.state === 'live') return <p class="empty">{t('panel.noQueues')}</p>;
  return (
    <>
      {names.value.map((queue, i) => (
        <Queue key={queue} queue={queue} isFirst={i === 0} />
      ))}
    </>
  );
}

function Queue({ queue, isFirst }: { readonly queue: string; readonly isFirst: boolean }): JSX.Element {
  const waiting = useMemo(
    () => steady(() => inOrder(callers.keys.value.filter((key) => key.startsWith(`${queue} `)))),
    [queue],
  );
  const crew = useMemo(
    () => steady(() => inOrder(members.keys.value.filter((key) => key.startsWith(`${queue} `)))),
    [queue],
  );
  const value = queues.get(queue);
  const rows = waiting.value.toSorted((a, b) => (callers.get(a)?.position ?? 0) - (callers.get(b)?.position ?? 0));
  return (
    <section class="queue" aria-label={`${t('panel.queue')} ${queue}`}>
      <Pick
        thing={{ kind: 'queue', key: queue }}
        pane="queues"
        isFirst={isFirst}
        looks={`queue-head ${rows.length > 0 ? 'busy' : ''}`}
        takes={queue}
      >
        <strong class="told">{queue}</strong>
        <span class="queue-figures">
          {rows.length > 0 ? (
            <span class="badge ringing">
              <Shape state="ringing" />
              {t('panel.waiting', { n: count(rows.length) })}
              {typeof value?.waitingSince === 'number' ? <Timer since={value.waitingSince} /> : null}
            </span>
          ) : (
            <span class="soft">{t('panel.nobodyWaits')}</span>
          )}
          <span class="soft">{t('panel.freeOf', { free: value?.free ?? 0, all: value?.members ?? 0 })}</span>
        </span>
      </Pick>
      {rows.map((key) => (
        <Caller key={key} id={key} />
      ))}
      {crew.value.length === 0 ? <p class="soft crew-none">{t('panel.nobodyLoggedIn')}</p> : null}
      {crew.value.map((key) => (
        <Member key={key} id={key} />
      ))}
    </section>
  );
}

function Caller({ id }: { readonly id: string }): JSX.Element | null {
  const caller = callers.get(id);
  if (caller === undefined) return null;
  return (
    <Pick thing={{ kind: 'caller', key: id }} pane="queues" isFirst={false} looks="row caller" drags={waits(caller)}>
      <span class="figure">{caller.position}</span>
      <span class="told">
        {caller.number} <bdi>{caller.name === caller.number ? '' : caller.name}</bdi>
      </span>
      <Timer since={caller.since} />
    </Pick>
  );
}

function Member({ id }: { readonly id: string }): JSX.Element | null {
  const shown = useMemo(() => steady(() => memberOf(id)), [id]);
  const { value } = shown;
  if (value === undefined) return null;
  return (
    <Pick
      thing={{ kind: 'member', key: id }}
      pane="queues"
      isFirst={false}
      looks="row member"
      takes={value.extension === '' ? undefined : value.extension}
    >
      <span class="told">
        {value.who} <bdi>{value.name}</bdi>
      </span>
      <StateBadge state={value.state} word={reasonText(value.reason)} since={value.since} until={value.until} />
      <span class="soft figure taken" title={t(value.isToday ? 'panel.takenToday' : 'panel.takenSince')}>
        {t('panel.taken', { n: count(value.taken) })}
      </span>
    </Pick>
  );
}

function memberOf(id: string):
  | (Pick<ReturnType<typeof presenceOf>, 'state' | 'reason' | 'since' | 'until'> & {
      readonly extension: string;
      readonly who: string;
      readonly name: string;
      readonly taken: number;
      /** Else since they logged in. */
      readonly isToday: boolean;
    })
  | undefined {
  const member = members.get(id);
  if (member === undefined) return undefined;
  const { queue, extension, paused, callsTaken } = member;
  const today = takenToday(queue, extension);
  const isIn = frontOf(extension) !== undefined;
  const { state, reason, since, until } = paused && !isIn ? pauseOf([member]) : presenceOf(extension);
  const person = { extension, who: extension || member.name, name: nameOf(extension) };
  return { state, reason, since, until, ...person, taken: today ?? callsTaken, isToday: today !== undefined };
}
