import type { Outcome } from '../base/ask.ts';
import { personal } from '../base/personal.ts';
import type { Choice } from '../parts/list-box.tsx';

/** What somebody chooses from before something is done. */
export interface Options {
  readonly label: string;
  readonly choices: readonly Choice[];
  /** What was typed may stand for itself. */
  readonly free?: (typed: string) => Choice | undefined;
}

/** Something that may be done with a thing. */
export interface Deed {
  readonly id: string;
  /** The key that does it; `''`: none. */
  readonly key: string;
  readonly label: string;
  readonly isDanger?: boolean;
  /** It asks once: the button must be pressed twice. */
  readonly asks?: string;
  /** To be chosen first; what was chosen goes to `run`. */
  readonly options?: () => Options;
  readonly run: (chosen: string) => Promise<Outcome<unknown>>;
}

/** What the dialog of choices is open for. */
export const doing = personal<Deed | undefined>(undefined);

/** Does several things one after the other, until one fails. */
export async function inTurn<T>(
  things: readonly T[],
  one: (thing: T) => Promise<Outcome<unknown>>,
): Promise<Outcome<unknown>> {
  let last: Outcome<unknown> = { ok: true, message: '', data: undefined };
  for (const thing of things) {
    last = await one(thing);
    if (!last.ok) return last;
  }
  return last;
}
