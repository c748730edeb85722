import { useLayoutEffect, useRef } from 'preact/hooks';

/** What keeps the keyboard in a list whose rows go. */
export interface KeptFocus<E extends HTMLElement> {
  readonly ref: { current: E | null };
  readonly onFocusIn: (event: FocusEvent) => void;
  readonly onFocusOut: (event: FocusEvent) => void;
}

/** Where a row goes that had the keyboard, the one that comes into its place has it; where none is left, the list. */
export function useKeptFocus<E extends HTMLElement>(rows: string): KeptFocus<E> {
  const ref = useRef<E>(null);
  const at = useRef<{ readonly row: Element; readonly index: number } | undefined>(undefined);
  const all = (): Element[] => [...(ref.current?.querySelectorAll(rows) ?? [])];
  useLayoutEffect(() => {
    const { current: had } = at;
    if (had === undefined) return;
    if (had.row.isConnected) {
      at.current = { row: had.row, index: all().indexOf(had.row) };
      return;
    }
    at.current = undefined;
    if (document.activeElement !== document.body) return;
    const left = all().map((row) => row.querySelector<HTMLElement>('button'));
    const next = left.slice(had.index).find((one) => one !== null) ?? left.findLast((one) => one !== null);
    (next ?? ref.current)?.focus();
  });
  return {
    ref,
    onFocusIn: ({ target }) => {
      const row = target instanceof Element ? target.closest(rows) : null;
      at.current = row === null ? undefined : { row, index: all().indexOf(row) };
    },
    onFocusOut: ({ relatedTarget }) => {
      // Nothing has it next: the row may be going.
      if (relatedTarget !== null) at.current = undefined;
    },
  };
}
