import type { JSX } from 'preact';
import type { MemberValue } from '../../live/things.ts';
import { t } from '../base/language.ts';
import { StateBadge } from '../parts/state-badge.tsx';
import { Shape, type State } from '../parts/shape.tsx';
import { codes, wordsOf } from './box.ts';
import { atWork, ownMembers, ownName, ownState, type OwnState } from './me.ts';
import { openPanel, toggle } from './open-panel.ts';
import { own } from './own.ts';

/** Who one is, what one is at, and in which queues; a click opens what can be done about it. */
export function Me(): JSX.Element {
  const { shape, since, is } = ownState.value;
  const isAway = is === 'away';
  // The call and after-call work have timers of their own, beside it.
  const hasTimer = is === 'paused';
  return (
    <button
      type="button"
      class="me"
      aria-expanded={openPanel.value === 'queues'}
      title={`${t('bar.me')} (Q)`}
      onClick={() => toggle('queues')}
    >
      <bdi class="figure extension">{own}</bdi>
      <span class="told my-name" dir="auto">
        {ownName}
      </span>
      <StateBadge state={shape} word={wordOf(ownState.value)} since={hasTimer ? since : null} />
      <span class="told my-queues">
        {ownMembers.value.map((member) => (
          <span key={member.queue} class="my-queue">
            <span class="told" dir="auto">
              {member.queue}
            </span>
            <Shape state={isAway ? 'unreachable' : shapeOf(member)} />
            <span class="hidden">{isAway ? t('bar.away') : tellOf(member)}</span>
          </span>
        ))}
      </span>
    </button>
  );
}

function shapeOf({ queue, paused }: MemberValue): State {
  if (!paused) return 'idle';
  return atWork.value.some((one) => one.queue === queue) ? 'wrapup' : 'paused';
}

function tellOf({ paused, reason }: MemberValue): string {
  return paused ? wordsOf(codes.value.pauseReasons, reason) || t('state.paused') : t('state.idle');
}

function wordOf({ is, reason }: OwnState): string {
  if (is === 'away') return t('bar.away');
  if (is === 'loggedOut') return t('bar.loggedOut');
  return is === 'paused' ? wordsOf(codes.value.pauseReasons, reason) : '';
}
