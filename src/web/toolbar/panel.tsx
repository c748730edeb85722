import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../base/language.ts';
import { closePanel } from './open-panel.ts';
import './panel.css';

export interface PanelProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** What is open below the bar: the keyboard goes into it, and Escape closes it. */
export function Panel({ title, children }: PanelProps): JSX.Element {
  const self = useRef<HTMLElement>(null);
  useEffect(() => {
    const { current } = self;
    // A list in it has taken the keyboard already.
    if (current !== null && !current.contains(document.activeElement)) {
      const first = current.querySelector<HTMLElement>(
        '.panel-body :is(button:not(:disabled), input, select, a[href])',
      );
      (first ?? current).focus();
    }
  }, []);
  return (
    <section
      ref={self}
      class="panel"
      tabIndex={-1}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        event.preventDefault();
        closePanel();
      }}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" class="button quiet" aria-label={t('bar.close')} onClick={() => closePanel()}>
          ✕
        </button>
      </header>
      <div class="panel-body">{children}</div>
    </section>
  );
}
