import { effect, signal } from '@preact/signals';
import { ask } from '../base/ask.ts';
import { link } from '../base/live.ts';

/** How receivers and store do, as `GET status` has it. */
export interface HealthOfBox {
  readonly receivers: readonly { readonly name: string; readonly state: string }[];
  readonly store: { readonly state: string; readonly reason: string };
}

/** What was heard last; `undefined`: nothing yet, or who signed in may not ask. */
export const health = signal<HealthOfBox | undefined>(undefined);

/** Milliseconds between two questions. */
const every = 15_000;

/** Asks again and again; returns what ends that. */
export function followHealth(): () => void {
  const look = async (): Promise<void> => {
    if (link.peek().state !== 'live' || document.hidden) return;
    const outcome = await ask<HealthOfBox>('GET', 'status');
    if (outcome.ok) health.value = outcome.data;
  };
  const end = effect(() => {
    if (link.value.state === 'live') void look();
  });
  const timer = setInterval(() => void look(), every);
  return () => {
    clearInterval(timer);
    end();
    health.value = undefined;
  };
}
