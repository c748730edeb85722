import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../base/language.ts';

export interface VirtualRowsProps<R extends { readonly id: string }> {
  readonly rows: readonly R[];
  readonly head: readonly string[];
  readonly cells: (row: R) => readonly string[];
  /** The row that is open, by its id; `''`: none. */
  readonly opened: Signal<string>;
  /** What a row shows when it is opened; `null`: it cannot be. */
  readonly detail: (row: R) => ComponentChildren;
  /** The last rows are seen. */
  readonly onEnd: () => void;
}

/** Pixels of a row, as the style has it. */
const height = 30;
/** Rows drawn beyond those that are seen. */
const spare = 10;

/** A table of which only those rows are made that are seen, however many there are. */
export function VirtualRows<R extends { readonly id: string }>({
  rows,
  head,
  cells,
  opened,
  detail,
  onEnd,
}: VirtualRowsProps<R>): JSX.Element {
  const self = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const seen = useSignal(20);
  const from = Math.max(0, Math.floor(top.value / height) - spare);
  const to = Math.min(rows.length, from + seen.value + 2 * spare);
  const look = (): void => {
    const { current } = self;
    if (current === null) return;
    top.value = current.scrollTop;
    seen.value = Math.ceil(current.clientHeight / height);
    if (current.scrollTop + current.clientHeight > current.scrollHeight - spare * height) onEnd();
  };
  useEffect(look, [rows]);
  const before = useRef<HTMLTableRowElement>(null);
  const after = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    // By script: the policy of the page forbids styles in its text.
    before.current?.style.setProperty('height', `${from * height}px`);
    after.current?.style.setProperty('height', `${(rows.length - to) * height}px`);
  });
  return (
    <div class="virtual" ref={self} onScroll={look} tabIndex={0}>
      <table aria-rowcount={rows.length}>
        <thead>
          <tr>
            {head.map((text) => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr ref={before} aria-hidden="true" />
          {rows.slice(from, to).map((row, i) => {
            const isOpen = opened.value === row.id;
            const shown = isOpen ? detail(row) : null;
            const texts = cells(row);
            return [
              <tr key={row.id} aria-rowindex={from + i + 1}>
                {texts.map((text, column) => (
                  <td key={column}>
                    {column === texts.length - 1 && text !== '' ? (
                      <button
                        type="button"
                        class="button quiet small"
                        aria-expanded={isOpen}
                        aria-label={t('records.play')}
                        onClick={() => (opened.value = isOpen ? '' : row.id)}
                      >
                        {text}
                      </button>
                    ) : (
                      <span class="told" dir="auto" title={text}>
                        {text}
                      </span>
                    )}
                  </td>
                ))}
              </tr>,
              shown === null ? null : (
                <tr key={`${row.id} open`} class="opened">
                  <td colSpan={head.length}>{shown}</td>
                </tr>
              ),
            ];
          })}
          <tr ref={after} aria-hidden="true" />
        </tbody>
      </table>
    </div>
  );
}
