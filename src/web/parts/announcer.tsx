import type { JSX } from 'preact';
import { announced } from '../base/announce.ts';

/** The places that screen readers listen to; there once on each page, before anything is announced. */
export function Announcer(): JSX.Element {
  return (
    <div class="hidden">
      <div role="alert" aria-live="assertive">
        <Said how="assertive" />
      </div>
      <div role="status" aria-live="polite">
        <Said how="polite" />
      </div>
    </div>
  );
}

/** A new element each time: the same text twice is said twice. */
function Said({ how }: { readonly how: keyof typeof announced }): JSX.Element | null {
  const { text, turn } = announced[how].value;
  return text === '' ? null : <p key={turn}>{text}</p>;
}
