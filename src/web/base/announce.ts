import { signal } from '@preact/signals';

/** What screen readers say next: at once, or when they are done with what they say. */
export const announced = {
  assertive: signal({ text: '', turn: 0 }),
  polite: signal({ text: '', turn: 0 }),
} as const;

/** Has a text read out. `assertive` interrupts: for what rings, and nothing less. */
export function announce(text: string, how: keyof typeof announced = 'polite'): void {
  const { turn } = announced[how].peek();
  announced[how].value = { text, turn: turn + 1 };
}
