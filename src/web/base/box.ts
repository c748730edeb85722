import { effect, signal } from '@preact/signals';
import type { PageSettingsAnswer } from '../../http/routes/pages.ts';
import { ask } from './ask.ts';
import { boxOffset } from './format.ts';
import { link } from './live.ts';
import { who } from './session.ts';

/** What the box says that its pages go by; `undefined`: not known yet. */
export const box = signal<PageSettingsAnswer | undefined>(undefined);

/** The daemon has become another version: what the browser has loaded is of the one before. */
export const isOutdated = signal(false);

/** Milliseconds until a box that did not answer is asked again. */
const again = 5_000;

/** Asks when somebody has signed in, and whenever the box was away: it may have been updated, or its clock put forward. */
export function learn(): void {
  effect(() => {
    if (who.value !== undefined && (link.value.state === 'live' || box.peek() === undefined)) void read();
  });
}

async function read(): Promise<void> {
  const outcome = await ask<PageSettingsAnswer>('GET', 'pages');
  if (!outcome.ok) {
    // Else the page would not know it until the connection is lost once.
    if (box.peek() === undefined && who.peek() !== undefined) setTimeout(() => void read(), again);
    return;
  }
  const { version, utcOffset } = outcome.data;
  isOutdated.value = isOutdated.peek() || (box.peek()?.version ?? version) !== version;
  boxOffset.value = utcOffset;
  box.value = outcome.data;
}
