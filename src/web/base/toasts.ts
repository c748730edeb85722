import { signal } from '@preact/signals';

/** A passing note, in addition to what stands beside the control that was used. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'plain' | 'trouble';
}

/** Milliseconds for which one is shown. */
const shownFor = 6_000;
/** At once, at most. */
const most = 3;

let last = 0;

/** Those that are shown, oldest first. */
export const toasts = signal<readonly Toast[]>([]);

/** Shows one for a while. */
export function toast(text: string, kind: Toast['kind'] = 'plain'): void {
  const id = ++last;
  toasts.value = [...toasts.peek(), { id, text, kind }].slice(-most);
  setTimeout(() => {
    toasts.value = toasts.peek().filter((one) => one.id !== id);
  }, shownFor);
}
