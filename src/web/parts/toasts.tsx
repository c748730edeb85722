import type { JSX } from 'preact';
import { toasts } from '../base/toasts.ts';
import './toasts.css';

/** Where passing notes are shown; over everything, so that nothing moves. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, kind }) => (
        <p key={id} class={kind}>
          {text}
        </p>
      ))}
    </div>
  );
}
