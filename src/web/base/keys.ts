import { signal } from '@preact/signals';

/** What a key does. */
export interface Binding {
  /** As `KeyboardEvent.key` has it, after `Ctrl-`: `h`, `?`, `Ctrl-k`, `Enter`. Letters count in either case. */
  readonly key: string;
  /** What it does, in words, for the map. Read when it is shown, so that it is in the language of then. */
  readonly label: () => string;
  /** `false`: not now, let the browser have it. */
  readonly run: () => boolean | undefined;
  /** It works while somebody types too. */
  readonly whileTyping?: boolean;
}

/** All keys of the page, for the map that `?` shows; those that came last count. */
export const bindings = signal<readonly Binding[]>([]);

/** Adds keys; returns what takes them away. */
export function bind(...added: readonly Binding[]): () => void {
  bindings.value = [...bindings.peek(), ...added];
  return () => {
    bindings.value = bindings.peek().filter((one) => !added.includes(one));
  };
}

/** Whether keys that are pressed there are a text. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** A press in the words of `Binding.key`; `''`: one of a combination that is the system's. */
export function nameOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  if (event.altKey) return '';
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `Ctrl-${key}` : key;
}

/** Listens to the keyboard from now on. */
export function listen(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = nameOf(event);
    const typing = isTyping(event.target);
    const found = bindings
      .peek()
      .toReversed()
      .find(
        ({ key, whileTyping = false }) =>
          key.replace(/^.$/, (one) => one.toLowerCase()) === name && (!typing || whileTyping),
      );
    // A dialog is before everything else.
    if (found === undefined || (document.querySelector('dialog[open]') !== null && !found.whileTyping)) return;
    if (found.run() !== false) event.preventDefault();
  });
}
