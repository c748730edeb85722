import { signal, type Signal } from '@preact/signals';
import type { Outcome } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { failureText } from '../parts/action.tsx';

/** What came of something that was done to a thing without a button: a drop, a choice of a list. */
export interface Told {
  readonly is: 'sent' | 'done' | 'failed';
  readonly text: string;
}

/** Milliseconds for which it is shown. */
const [doneTime, failedTime] = [4_000, 10_000];

const all = new Map<string, Signal<Told | undefined>>();

/** What is told beside a thing (`idOf`). */
export function toldAt(id: string): Signal<Told | undefined> {
  let found = all.get(id);
  if (found === undefined) {
    found = signal(undefined);
    all.set(id, found);
  }
  return found;
}

/** Tells beside a thing what comes of something that is being done; `label`: what that is. */
export async function tellAt<T>(id: string, doing: Promise<Outcome<T>>, label = ''): Promise<Outcome<T>> {
  const place = toldAt(id);
  const before = label === '' ? '' : `${label}: `;
  const sent: Told = { is: 'sent', text: `${before}${t('outcome.sent')}` };
  place.value = sent;
  const outcome = await doing;
  const told: Told = outcome.ok
    ? { is: 'done', text: `${before}${t('outcome.done')}` }
    : { is: 'failed', text: `${before}${failureText(outcome)}` };
  // Something later may be told there already.
  if (place.peek() === sent) place.value = told;
  setTimeout(
    () => {
      if (place.peek() !== told) return;
      place.value = undefined;
      all.delete(id);
    },
    outcome.ok ? doneTime : failedTime,
  );
  return outcome;
}
