import type { Picture } from '../picture/picture.ts';
import type { Log } from '../system/log.ts';
import type { AmiActions } from '../ami/refusals.ts';

/** What every verb needs: Asterisk, the picture, and what the configuration says now. */
export interface ControlDeps {
  readonly ami: AmiActions;
  readonly picture: Picture;
  readonly log: Log;
  /** Reads a queue's members again; resolves when the picture shows them, or Asterisk does not answer. */
  readonly queueNow: (queue: string) => Promise<void>;
  /** `[dialplan] click`: the context in which API callers' numbers are dialled for phones of internal contexts. */
  readonly clickContext: () => string;
  /** `[dialplan] internal`: the usual contexts of phones; `*` stands for anything. */
  readonly internalContexts: () => readonly string[];
  /** `[dialplan] outside`: what is dialled before a number outside; `''`: nothing is put before any. */
  readonly outside: () => string;
  /** The context through which queues ring their members, by preset; `''`: they ring the phones directly. */
  readonly memberContext: () => string;
}
