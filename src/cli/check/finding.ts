import type { Level } from '../io.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly level: Level;
  /** What it is, and how it is. */
  readonly text: string;
  /** What mends it. */
  readonly mend?: string;
}

/** It is as it should be. */
export function ok(text: string): Finding {
  return { level: 'ok', text };
}

/** Something may be missed, or it cannot be told. */
export function warn(text: string, mend: string): Finding {
  return { level: 'warn', text, mend };
}

/** Something does not work. */
export function fail(text: string, mend: string): Finding {
  return { level: 'fail', text, mend };
}
