import type { JSX } from 'preact';
import { t } from '../base/language.ts';
import './state-badge.css';
import { Shape, type State } from './shape.tsx';
import { Countdown, Timer } from './timer.tsx';

export interface StateBadgeProps {
  readonly state: State;
  /** Said in place of the state's own word: the reason of a pause. */
  readonly word?: string;
  /** Since when, in seconds since 1970; a timer follows. */
  readonly since?: number | null;
  /** Until when at most, in seconds since 1970: what is left follows in place of the timer. */
  readonly until?: number | null;
}

/** A state as shape, word and colour, and how long it has lasted. */
export function StateBadge({ state, word, since, until }: StateBadgeProps): JSX.Element {
  return (
    <span class={`badge ${state}`}>
      <Shape state={state} />
      <span class="told">{word === undefined || word === '' ? t(`state.${state}`) : word}</span>
      {isMoment(until) ? <Countdown until={until} /> : isMoment(since) ? <Timer since={since} /> : null}
    </span>
  );
}

function isMoment(moment: number | null | undefined): moment is number {
  return moment !== undefined && moment !== null;
}
