import { effect, signal } from '@preact/signals';
import { ask } from '../base/ask.ts';
import { link } from '../base/live.ts';

/** What this box goes by; `undefined`: it has not told yet. */
export { box } from '../base/box.ts';

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

/** The codes of api.conf. */
export const codes = signal<Codes>({ pauseReasons: [], dispositions: [] });

/** Milliseconds until a box that did not answer is asked again. */
const again = 5_000;

/** Asks for the codes whenever the box has come back: they may be others then. Returns what ends that. */
export function learnCodes(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const learn = async (): Promise<void> => {
    clearTimeout(timer);
    const given = await ask<Codes>('GET', 'codes');
    if (isOver) return;
    if (given.ok) codes.value = given.data;
    else timer = setTimeout(() => void learn(), again);
  };
  const end = effect(() => {
    if (link.value.state === 'live') void learn();
  });
  return () => {
    isOver = true;
    clearTimeout(timer);
    end();
  };
}

/** The words of a reason or a disposition; a text that is no code stands for itself. */
export function wordsOf(list: readonly Code[], given: string): string {
  return list.find(({ code }) => code === given)?.text ?? given;
}
