import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { now } from '../base/clock.ts';
import { absolute, ticking } from '../base/format.ts';

/** How long something has lasted, ticking by the clock of the page; the moment it began for who hovers. */
export function Timer({ since }: { readonly since: number }): JSX.Element {
  // Keyed by its moment: signals below do not see a property change.
  return <Ticking key={since} since={since} />;
}

function Ticking({ since }: { readonly since: number }): JSX.Element {
  // Bound to the text itself: nothing is drawn anew when it ticks.
  const text = useComputed(() => ticking(now.value - since));
  return (
    <time class="figure" title={absolute(since)}>
      {text}
    </time>
  );
}

/** What is left until a moment, ticking down to 0:00. */
export function Countdown({ until }: { readonly until: number }): JSX.Element {
  return <TickingDown key={until} until={until} />;
}

function TickingDown({ until }: { readonly until: number }): JSX.Element {
  const text = useComputed(() => ticking(until - now.value));
  return (
    <time class="figure" title={absolute(until)}>
      {text}
    </time>
  );
}
