import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../base/language.ts';
import './list-box.css';

/** A line of a list box. */
export interface Choice {
  readonly key: string;
  /** What is searched: number and name, `808 Li Na`. */
  readonly text: string;
  /** What is shown; else the text. */
  readonly shown?: ComponentChildren;
}

export interface ListBoxProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly choices: readonly Choice[];
  readonly onPick: (choice: Choice) => void;
  /** Escape. */
  readonly onCancel?: () => void;
  /** What was typed may stand for itself: a number that is in no list. `undefined`: it may not. */
  readonly free?: (typed: string) => Choice | undefined;
  /** Is told what was typed. */
  readonly onType?: (typed: string) => void;
  /** Lines that are shown at most. */
  readonly most?: number;
}

/** Choices that hold every word typed, those first that begin with it. */
export function matching(choices: readonly Choice[], typed: string): readonly Choice[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = choices.filter(({ text }) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
  const [first] = words;
  if (first === undefined) return found;
  const begins = ({ text }: Choice): boolean =>
    text
      .toLowerCase()
      .split(/\s+/)
      .some((word) => word.startsWith(first));
  return [...found.filter(begins), ...found.filter((choice) => !begins(choice))];
}

/** A list in which one types to find; arrows move, Enter picks (WAI-ARIA combobox with a list that stays open). */
export function ListBox({
  label,
  placeholder,
  choices,
  onPick,
  onCancel,
  onType,
  free,
  most = 50,
}: ListBoxProps): JSX.Element {
  const id = useId();
  const typed = useSignal('');
  const at = useSignal(0);
  const own = typed.value.trim() === '' ? undefined : free?.(typed.value.trim());
  const shown = [...matching(choices, typed.value).slice(0, most), ...(own === undefined ? [] : [own])];
  const active = Math.min(at.value, shown.length - 1);
  const move = (by: number): void => {
    if (shown.length > 0) at.value = (active + by + shown.length) % shown.length;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter belongs to the input method while it composes.
    if (event.isComposing) return;
    const picked = shown[active];
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Home' && typed.value === '') at.value = 0;
    else if (event.key === 'End' && typed.value === '') at.value = shown.length - 1;
    else if (event.key === 'Enter' && picked !== undefined) onPick(picked);
    else if (event.key === 'Escape' && onCancel !== undefined) onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="list-box">
      <input
        class="field"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={placeholder}
        value={typed.value}
        ref={(input) => {
          if (input !== null && !input.dataset['begun']) {
            input.dataset['begun'] = '1';
            input.focus();
          }
        }}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          at.value = 0;
          onType?.(typed.value);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label}>
        {shown.map((choice, i) => (
          <li
            key={choice.key}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === active}
            ref={(line) => {
              if (line !== null && i === active) line.scrollIntoView({ block: 'nearest' });
            }}
            // Before the input loses the keyboard.
            onMouseDown={(event) => {
              event.preventDefault();
            }}
            onClick={() => {
              onPick(choice);
            }}
          >
            {choice.shown ?? choice.text}
          </li>
        ))}
      </ul>
      <output class={shown.length === 0 ? 'nothing' : 'hidden'} aria-live="polite">
        {shown.length === 0 ? t('list.none') : t('list.found', { n: shown.length })}
      </output>
    </div>
  );
}
