import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { now } from '../base/clock.ts';
import { ticking, timeOfDay } from '../base/format.ts';
import { t } from '../base/language.ts';
import { link } from '../base/live.ts';
import './away.css';
import { Shape } from './shape.tsx';

/** Says plainly when the page does not know what goes on: who is away, since when, and what happens now. */
export function Away(): JSX.Element | null {
  const text = useComputed(awayText);
  const { state } = link.value;
  if (state === 'live') return null;
  return (
    <p class={`away ${state === 'connecting' ? 'connecting' : 'trouble'}`} role="status">
      {state === 'connecting' ? null : <Shape state="trouble" />}
      <span>{text}</span>
    </p>
  );
}

/** The same as a text; empty while everything is well. */
export function awayText(): string {
  const known = link.value;
  switch (known.state) {
    case 'live':
      return '';
    case 'connecting':
      return t('link.connecting');
    case 'asteriskAway':
      return t('link.asteriskAway', { time: timeOfDay(known.since) });
    case 'boxAway': {
      const left = known.retryAt - now.value;
      const time = timeOfDay(known.since);
      return left > 0 ? t('link.boxAway', { time, wait: ticking(left) }) : t('link.boxTrying', { time });
    }
    case 'refused': {
      const wait = ticking(known.retryAt - now.value);
      return t('link.refused', { time: timeOfDay(known.since), message: known.message, wait });
    }
  }
}
