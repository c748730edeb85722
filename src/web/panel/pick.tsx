import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { chosen, idOf, isSame, stops, type PaneName, type Thing } from './chosen.ts';
import { drop, isDragging, startDrag, stopDrag } from './drag.ts';
import type { Handed } from './handed.ts';
import { toldAt } from './outcomes.ts';

export interface PickProps {
  readonly thing: Thing;
  readonly pane: PaneName;
  /** The first of its pane: Tab comes here as long as nothing else was chosen. */
  readonly isFirst: boolean;
  readonly looks?: string;
  /** Who is handed over when this is dragged. */
  readonly drags?: Handed | undefined;
  /** The number that a call which is dropped here goes to. */
  readonly takes?: string | undefined;
  readonly children: ComponentChildren;
}

/** Something in a pane that can be chosen, by click, tap or arrow, and dragged, and dropped upon. */
export function Pick({ thing, pane, isFirst, looks = '', drags, takes, children }: PickProps): JSX.Element {
  const id = idOf(thing);
  const stop = stops[pane];
  const isChosen = isSame(chosen.value, thing);
  useEffect(
    () => () => {
      // Tab must come to something that is there.
      if (stop.peek() === id) stop.value = '';
    },
    [id],
  );
  const choose = (): void => {
    chosen.value = thing;
    stop.value = id;
  };
  return (
    <div
      role="button"
      class={`pick ${looks} ${isChosen ? 'chosen' : ''} ${takes !== undefined && isDragging.value ? 'takes' : ''}`}
      data-thing={id}
      aria-pressed={isChosen}
      tabIndex={stop.value === id || (stop.value === '' && isFirst) ? 0 : -1}
      draggable={drags !== undefined}
      onFocus={choose}
      onClick={choose}
      onDragStart={(event) => {
        if (drags !== undefined) startDrag(event, drags);
      }}
      onDragEnd={stopDrag}
      onDragOver={(event) => {
        if (takes !== undefined && isDragging.value) event.preventDefault();
      }}
      onDrop={(event) => {
        event.preventDefault();
        if (takes !== undefined) drop(takes, id);
      }}
    >
      {children}
      <Told id={id} />
    </div>
  );
}

/** What came of something that was done here without a button; over what stands there. */
export function Told({ id }: { readonly id: string }): JSX.Element {
  const { value: told } = toldAt(id);
  return (
    <span class="outcome below" role="status">
      {told === undefined ? null : <span class={told.is}>{told.text}</span>}
    </span>
  );
}
