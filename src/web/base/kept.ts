import { signal, type Signal } from '@preact/signals';

/**
 * A text that this browser keeps, and that all tabs of the box agree on. In a frame whose browser forbids to keep
 * anything it lasts as long as the page. `''`: nothing.
 */
export function kept(name: string): Signal<string> {
  const key = `coocenter.${name}`;
  const state = signal(read(key));
  state.subscribe((value) => {
    write(key, value);
  });
  addEventListener('storage', (event) => {
    // Without a key everything was cleared.
    if (event.key === key || event.key === null) state.value = read(key);
  });
  return state;
}

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

function write(key: string, value: string): void {
  try {
    if (read(key) === value) return;
    if (value === '') localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Full, or forbidden: the page goes on with what it has.
  }
}
