import { signal } from '@preact/signals';
import type { PageSettingsAnswer } from '../../http/routes/pages.ts';
import { ask } from '../base/ask.ts';
import { boxOffset } from '../base/format.ts';

/** A code of api.conf, and the words that agents read. */
export interface Code {
  readonly code: string;
  readonly text: string;
}

/** What agents choose from. */
interface Codes {
  readonly pauseReasons: readonly Code[];
  readonly dispositions: readonly Code[];
}

/** What this box goes by; `undefined`: it has not told yet. */
export const box = signal<PageSettingsAnswer | undefined>(undefined);

/** The codes of api.conf. */
export const codes = signal<Codes>({ pauseReasons: [], dispositions: [] });

/** Milliseconds until a box that does not answer is asked again. */
const again = 5_000;

/** Asks the box what it goes by, until it has answered; returns what ends that. */
export function learnBox(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const learn = async (): Promise<void> => {
    const [settings, given] = await Promise.all([ask<PageSettingsAnswer>('GET', 'pages'), ask<Codes>('GET', 'codes')]);
    if (isOver) return;
    if (settings.ok) {
      boxOffset.value = settings.data.utcOffset;
      box.value = settings.data;
    }
    if (given.ok) codes.value = given.data;
    if (!settings.ok || !given.ok) timer = setTimeout(() => void learn(), again);
  };
  void learn();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** The words of a reason or a disposition; a text that is no code stands for itself. */
export function wordsOf(list: readonly Code[], given: string): string {
  return list.find(({ code }) => code === given)?.text ?? given;
}
