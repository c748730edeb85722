import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../base/language.ts';
import { closePanel, keyboardTo } from './open-panel.ts';
import './panel.css';

export interface PanelProps {
  readonly title: string;
  /** What gets the keyboard, as a selector. */
  readonly first?: string;
  readonly children: ComponentChildren;
}

/** What can have the keyboard. */
const usable = '.panel-body :is(button:not(:disabled), input:not(:disabled), select, a[href])';

/** What is open below the bar: the keyboard goes into it, and Escape closes it. */
export function Panel({ title, first = usable, children }: PanelProps): JSX.Element {
  const self = useRef<HTMLElement>(null);
  const isNew = useRef(true);
  useLayoutEffect(() => {
    const { current } = self;
    const { activeElement } = document;
    // The panel itself has it until what can have it has come; a list takes it by itself, and people take it elsewhere.
    const isDue = activeElement === current || (isNew.current && current?.contains(activeElement) === false);
    isNew.current = false;
    if (isDue) current?.querySelector<HTMLElement>(keyboardTo.peek() || first)?.focus();
    if (isDue && document.activeElement === activeElement) current?.focus();
  });
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
