import { effect, signal } from '@preact/signals';
import { ask } from '../base/ask.ts';
import { who } from '../base/session.ts';

/** A code that the box names, and what it means. */
export interface Code {
  readonly code: string;
  readonly text: string;
}

/** The reasons of pauses to choose from; empty: any text is one. */
export const pauseReasons = signal<readonly Code[]>([]);

/** What calls may come to. */
export const dispositions = signal<readonly Code[]>([]);

/** Asks for them, once for each session; returns what ends that. */
export function followCodes(): () => void {
  return effect(() => {
    if (who.value !== undefined) void read();
  });
}

async function read(): Promise<void> {
  const outcome = await ask<{ readonly pauseReasons: readonly Code[]; readonly dispositions: readonly Code[] }>(
    'GET',
    'codes',
  );
  if (!outcome.ok) return;
  pauseReasons.value = outcome.data.pauseReasons;
  dispositions.value = outcome.data.dispositions;
}

/** A reason as people read it. */
export function reasonText(reason: string): string {
  return pauseReasons.value.find(({ code }) => code === reason)?.text ?? reason;
}
