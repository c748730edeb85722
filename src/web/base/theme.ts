import { effect } from '@preact/signals';
import { kept } from './kept.ts';

/** The themes that may be chosen; `''`: as the system has it. */
export const themes = ['', 'light', 'dark'] as const;

/** What was chosen. */
export const chosenTheme = kept('theme');

/** What the address asks for, `?theme=dark`. */
const asked = new URLSearchParams(location.search).get('theme') ?? '';

/** Puts it on the page from now on; `tokens.css` does the rest. */
export function dress(): void {
  effect(() => {
    const { dataset } = document.documentElement;
    const wanted = chosenTheme.value === '' ? asked : chosenTheme.value;
    if (wanted === 'light' || wanted === 'dark') dataset['theme'] = wanted;
    else delete dataset['theme'];
  });
}
