import { batch, signal, type Signal } from '@preact/signals';

const resets: (() => void)[] = [];
let person = '';

/** A signal of what somebody has typed, chosen or opened: for the next person who signs in on this page it is as new. */
export function personal<T>(initial: T): Signal<T> {
  const state = signal(initial);
  resets.push(() => (state.value = initial));
  return state;
}

/** Somebody has signed in: if they are another one than before, what the one before has left is forgotten. */
export function begin(name: string): void {
  if (person !== '' && person !== name) {
    batch(() => {
      for (const reset of resets) reset();
    });
  }
  person = name;
}
