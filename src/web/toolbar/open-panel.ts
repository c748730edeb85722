import { signal } from '@preact/signals';

/** What may be open below the bar, one at a time. */
export type PanelName = 'queues' | 'transfer' | 'disposition' | 'history' | 'menu';

/** `''`: nothing. */
export const openPanel = signal<PanelName | ''>('');

/** Where the keyboard was before it was opened. */
let before: Element | null = null;

/** What in the open one gets the keyboard, as a selector; `''`: what the panel itself says. */
export const keyboardTo = signal('');

/** Opens it, with the keyboard at `first` of it, or closes it if it is open; true, for keys. */
export function toggle(name: PanelName, first = ''): true {
  if (openPanel.peek() === name) {
    closePanel();
    return true;
  }
  if (openPanel.peek() === '') before = document.activeElement;
  keyboardTo.value = first;
  openPanel.value = name;
  return true;
}

/** Closes what is open, and the keyboard goes back to where it was; false: nothing was open. */
export function closePanel(): boolean {
  if (openPanel.peek() === '') return false;
  openPanel.value = '';
  if (before instanceof HTMLElement && before.isConnected) before.focus();
  before = null;
  return true;
}
