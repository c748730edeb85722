import type { Picture } from '../picture/picture.ts';
import type { Log } from '../system/log.ts';
import type { AmiActions } from '../ami/refusals.ts';

/** What every verb needs: somebody to ask, what is going on, and what the configuration says now. */
export interface ControlDeps {
  readonly ami: AmiActions;
  readonly picture: Picture;
  readonly log: Log;
  /** Reads a queue's members anew; resolves when the picture shows them, or Asterisk does not say. */
  readonly queueNow: (queue: string) => Promise<void>;
  /** `[dialplan] click`: the context in which the numbers of API callers are dialled, for phones of internal contexts. */
  readonly clickContext: () => string;
  /** `[dialplan] internal`: the usual contexts of the phones, `*` standing for anything. */
  readonly internalContexts: () => readonly string[];
  /** The context through which queues ring their members, as the preset says; `''`: they ring the phones. */
  readonly memberContext: () => string;
}
