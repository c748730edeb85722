import type { JSX } from 'preact';
import './shape.css';

/** What somebody, or something, is at the moment. */
export type State = 'idle' | 'ringing' | 'talking' | 'hold' | 'paused' | 'wrapup' | 'unreachable' | 'trouble';

/** The shape of each state, drawn: fonts have them in all sizes or not at all. */
const shapes: Readonly<Record<State, JSX.Element>> = {
  idle: <circle cx="8" cy="8" r="6" />,
  ringing: <path d="M8 2a6 6 0 1 0 6 6H8zM10 1.5V6h4.5A6 6 0 0 0 10 1.5z" />,
  talking: <path d="M3 2l11 6-11 6z" />,
  hold: <path d="M3 2h4v12H3zM9 2h4v12H9z" />,
  paused: <path d="M2.5 2.5h11v11h-11z" />,
  wrapup: <path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 2a4.5 4.5 0 0 1 0 9v-4.5z" fill-rule="evenodd" />,
  unreachable: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2" />,
  trouble: <path d="M8 1.5l7 12.5H1zM7.2 6v4h1.6V6zM7.2 11v1.6h1.6V11z" fill-rule="evenodd" />,
};

/** The shape of a state; the word beside it says the same. */
export function Shape({ state }: { readonly state: State }): JSX.Element {
  return (
    <svg class={`shape ${state}`} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[state]}
    </svg>
  );
}
