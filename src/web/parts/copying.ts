import { useSignal } from '@preact/signals';
import { copy } from '../base/copy.ts';
import { t } from '../base/language.ts';

/** Milliseconds for which it is said whether something was copied. */
const saidFor = 1_500;

export interface Copying {
  /** For a moment, whether it was done, and the word for it; else `''`. */
  readonly outcome: '' | 'done' | 'failed';
  readonly said: string;
  readonly start: (text: string) => void;
}

/** Copies a text, and says whether that was done. */
export function useCopying(): Copying {
  const outcome = useSignal<'' | 'done' | 'failed'>('');
  const start = (text: string): void => {
    void copy(text).then((isDone) => {
      outcome.value = isDone ? 'done' : 'failed';
      setTimeout(() => (outcome.value = ''), saidFor);
    });
  };
  const { value } = outcome;
  return { outcome: value, said: value === '' ? '' : t(`copy.${value}`), start };
}
