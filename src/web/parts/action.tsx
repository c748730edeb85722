import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Outcome } from '../base/ask.ts';
import { t } from '../base/language.ts';
import './action.css';

export interface ActionProps {
  /** What it is called; with `children` it is what screen readers say. */
  readonly label: string;
  readonly run: () => Promise<Outcome<unknown>>;
  readonly children?: ComponentChildren;
  /** How it looks. */
  readonly kind?: 'plain' | 'main' | 'danger';
  readonly disabled?: boolean;
  /** The key that does the same, as it is shown. */
  readonly hint?: string;
  /** Side on which the outcome is shown. */
  readonly side?: 'below' | 'above';
}

/** What came of it, as it is shown. */
type Shown = { readonly is: 'sent' | 'done' } | { readonly is: 'failed'; readonly text: string } | undefined;

/** Milliseconds for which `done` is shown. */
const doneTime = 2_000;

/** A button that does something at the box: it says `sent` at once, and then what came of it, beside itself. */
export function Action({
  label,
  run,
  children,
  kind = 'plain',
  disabled,
  hint,
  side = 'below',
}: ActionProps): JSX.Element {
  const shown = useSignal<Shown>(undefined);
  const latest = useSignal(0);
  // What comes when it is gone is told to nobody.
  useEffect(
    () => () => {
      latest.value++;
    },
    [],
  );
  const press = async (): Promise<void> => {
    if (shown.value?.is === 'sent') return;
    const own = ++latest.value;
    shown.value = { is: 'sent' };
    const outcome = await run();
    if (latest.value !== own) return;
    shown.value = outcome.ok ? { is: 'done' } : { is: 'failed', text: failureText(outcome) };
    if (!outcome.ok) return;
    setTimeout(() => {
      if (latest.value === own) shown.value = undefined;
    }, doneTime);
  };
  return (
    <span class="action">
      <button
        type="button"
        class={`button ${kind}`}
        disabled={disabled}
        aria-label={children === undefined ? undefined : label}
        title={hint === undefined ? label : `${label} (${hint})`}
        onClick={() => void press()}
      >
        {children ?? label}
      </button>
      <output class={`outcome ${side}`} aria-live="polite">
        {shown.value === undefined ? null : (
          <span class={shown.value.is} onClick={() => (shown.value = undefined)}>
            {shown.value.is === 'failed' ? shown.value.text : t(`outcome.${shown.value.is}`)}
          </span>
        )}
      </output>
    </span>
  );
}

/** Why something failed, in the words of the page, with the box's own where it has some. */
export function failureText({ why, message }: Extract<Outcome<unknown>, { readonly ok: false }>): string {
  if (why === 'unreachable') return t('outcome.unreachable');
  if (why === 'signedOut') return t('outcome.signedOut');
  return message === '' ? t('outcome.refused') : message;
}
