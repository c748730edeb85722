import type { JSX } from 'preact';
import { t } from '../base/language.ts';
import { callers, calls, link, members } from '../base/live.ts';
import type { CallValue } from '../../live/things.ts';
import type { State } from '../parts/shape.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { handsOver, sideOf, waitsIn } from './handed.ts';
import { Pick } from './pick.tsx';
import { isolated, wayOf } from './title.ts';

/** Every call that goes on, the oldest first: a new one enters at the end. */
export function Calls(): JSX.Element {
  const { value: keys } = calls.keys;
  if (keys.length === 0 && link.value.state === 'live') return <p class="empty">{t('panel.noCalls')}</p>;
  return (
    <>
      {keys.map((key, i) => (
        <Call key={key} id={key} isFirst={i === 0} />
      ))}
    </>
  );
}

function Call({ id, isFirst }: { readonly id: string; readonly isFirst: boolean }): JSX.Element | null {
  const call = calls.get(id);
  if (call === undefined) return null;
  const side = sideOf(call);
  const queue = queueOf(call);
  const isWaiting = callers.values.value.some((caller) => caller.call === id);
  const names = call.legs
    .map(({ name, number }) => (name === number || name === '' ? '' : isolated(name)))
    .filter(Boolean);
  return (
    <Pick
      thing={{ kind: 'call', key: id }}
      pane="calls"
      isFirst={isFirst}
      looks="row call"
      drags={waitsIn(call) ?? handsOver(side)}
    >
      <span class="call-way">
        <span class="told">{wayOf(call).join(' → ')}</span>
        <span class="soft told">
          {[t(`panel.${call.direction}`), queue === '' ? '' : `${t('panel.queue')} ${queue}`, ...names]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <StateBadge
        state={stateOf(call)}
        {...(call.state === 'open' ? { word: t(isWaiting ? 'panel.waits' : 'panel.open') } : {})}
        since={call.answeredSince ?? call.since}
      />
    </Pick>
  );
}

function stateOf({ state, legs }: CallValue): State {
  if (state !== 'answered') return 'ringing';
  return legs.some(({ onHold }) => onHold) ? 'hold' : 'talking';
}

/** The queue that a call waits in, or whose member talks in it. */
function queueOf({ call, legs }: CallValue): string {
  const waits = callers.values.value.find((caller) => caller.call === call);
  if (waits !== undefined) return waits.queue;
  const talks = legs.map(({ extension }) => extension);
  return members.values.value.find(({ inCall, extension }) => inCall && talks.includes(extension))?.queue ?? '';
}
