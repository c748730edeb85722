import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { now } from '../base/clock.ts';
import { ticking, timeOfDay } from '../base/format.ts';
import { t } from '../base/language.ts';
import { heardAt } from '../base/live.ts';
import { Shape } from '../parts/shape.tsx';
import './corner.css';

/** Seconds after which what is shown counts as old. */
const oldAfter = 10;

/** Seconds since the box was last heard; whole, and anew each second. */
export function ageOfNews(): number {
  // The clock makes it tick.
  return now.value > 0 && heardAt.value > 0 ? Math.max(0, Math.round((Date.now() - heardAt.value) / 1000)) : 0;
}

/** The time, and how old what is shown is: red when it is older than ten seconds. */
export function Corner(): JSX.Element {
  const time = useComputed(() => timeOfDay(now.value));
  const age = useComputed(ageOfNews);
  const isOld = useComputed(() => age.value > oldAfter);
  const text = useComputed(() => t('board.age', { age: ticking(age.value) }));
  return (
    <p class={isOld.value ? 'corner old' : 'corner'}>
      <Shape state={isOld.value ? 'trouble' : 'idle'} />
      <span class="figure">{text}</span>
      <time class="figure">{time}</time>
    </p>
  );
}
