import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { kept } from '../base/kept.ts';
import { t } from '../base/language.ts';
import { Calls } from './calls.tsx';
import { panes, type PaneName } from './chosen.ts';
import { moveIn } from './arrows.ts';
import { Queues } from './queues.tsx';
import { Tiles } from './tiles.tsx';

/** Widths of the panes, as this browser keeps them: `28,42,30`. */
const widths = kept('panel.panes');
const usual: readonly number[] = [29, 39, 32];
/** Percent that a pane has at least. */
const least = 15;
/** Percent by which an arrow key moves an edge. */
const step = 2;

const contents: Readonly<Record<PaneName, () => JSX.Element>> = { queues: Queues, extensions: Tiles, calls: Calls };

/** The three panes: beside each other with edges that move, or, on a narrow screen, one at a time. */
export function Panes(): JSX.Element {
  const shown = useSignal<PaneName>('queues');
  const self = useRef<HTMLDivElement>(null);
  const sizes = sizesOf(widths.value);
  useEffect(() => {
    // By script: the policy of the page forbids styles in its text.
    const columns = sizes.map((size) => `minmax(0, ${size}fr)`).join(' auto ');
    self.current?.style.setProperty('--columns', columns);
  }, [widths.value]);
  return (
    <>
      <div class="pane-tabs" role="group" aria-label={t('panel.panes')}>
        {panes.map((pane) => (
          <button
            key={pane}
            type="button"
            class="button quiet"
            aria-pressed={shown.value === pane}
            onClick={() => (shown.value = pane)}
          >
            {t(`panel.${pane}`)}
          </button>
        ))}
      </div>
      <div class={`panes show-${shown.value}`} ref={self}>
        {panes.map((pane, i) => (
          <Pane key={pane} pane={pane} edge={i < panes.length - 1 ? <Edge before={i} sizes={sizes} /> : null} />
        ))}
      </div>
    </>
  );
}

function Pane({ pane, edge }: { readonly pane: PaneName; readonly edge: ComponentChildren }): JSX.Element {
  const Content = contents[pane];
  return (
    <>
      <section class={`pane ${pane}`} aria-label={t(`panel.${pane}`)}>
        <h2>{t(`panel.${pane}`)}</h2>
        <div
          class="pane-body"
          onKeyDown={(event) => {
            if (moveIn(event.currentTarget, event.key)) event.preventDefault();
          }}
        >
          <Content />
        </div>
      </section>
      {edge}
    </>
  );
}

/** The edge between a pane and the next, which moves by mouse, finger and arrow keys. */
function Edge({ before, sizes }: { readonly before: number; readonly sizes: readonly number[] }): JSX.Element {
  const size = sizes[before] ?? 0;
  const moveTo = (wanted: number): void => {
    const both = size + (sizes[before + 1] ?? 0);
    const own = Math.round(Math.min(both - least, Math.max(least, wanted)));
    widths.value = sizes.map((one, i) => (i === before ? own : i === before + 1 ? both - own : one)).join(',');
  };
  return (
    <div
      class="edge"
      role="separator"
      aria-orientation="vertical"
      aria-label={t('panel.edge')}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={100}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') moveTo(size - step);
        else if (event.key === 'ArrowRight') moveTo(size + step);
        else return;
        event.preventDefault();
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={(event) => {
        const edge = event.currentTarget;
        const box = edge.parentElement?.getBoundingClientRect();
        if (box === undefined || !edge.hasPointerCapture(event.pointerId)) return;
        const passed = sizes.slice(0, before).reduce((sum, one) => sum + one, 0);
        moveTo(((event.clientX - box.left) / box.width) * 100 - passed);
      }}
      onDblClick={() => (widths.value = '')}
    />
  );
}

function sizesOf(text: string): readonly number[] {
  const sizes = text.split(',').map(Number);
  return sizes.length === usual.length && sizes.every((size) => size >= least) ? sizes : usual;
}
