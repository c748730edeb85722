import type { Call, Change, Disposition } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import { Refusal } from '../system/refusal.ts';

/** What Dispositions are made of. */
export interface DispositionsParts {
  readonly picture: Pick<Picture, 'callById'>;
  /** A call that is over for its caller and waits for its agent's after-call work. */
  readonly waiting: (callId: string) => Call | undefined;
  /** Whether a call is in the store's newest records, as one of this extension; `undefined`: of anybody. */
  readonly isStored: (callId: string, extension: string | undefined) => Promise<boolean>;
  /** Whether the call's record is made. */
  readonly hasRecord: (callId: string) => boolean;
  /** Resolves when what was told is on the disk, or the disk takes nothing. */
  readonly settled: () => Promise<void>;
  /** The extension's after-call work ends. */
  readonly ready: (extension: string) => void;
  readonly now: () => number;
  readonly onChange: (change: Extract<Change, { type: 'disposition' }>) => void;
}

/** What somebody says came of a call. */
export interface Order extends Omit<Disposition, 'at'> {
  readonly callId: string;
  /** An agent may say it of calls of this extension only; `undefined`: of all. */
  readonly confinedTo: string | undefined;
  /** It ends the after-call work of `extension`. */
  readonly isReady: boolean;
}

/** What became of it. */
export interface Given {
  /** The call's `cc_cdr` is not made yet, and will have it. */
  readonly inRecord: boolean;
}

/**
 * What agents say came of their calls. It is a record of its own at once; while the call's own record is not made, which is
 * until after-call work is over, that gets it too.
 */
export class Dispositions {
  readonly #parts: DispositionsParts;

  constructor(parts: DispositionsParts) {
    this.#parts = parts;
  }

  /** Resolves when it is on the disk. Rejects with `Refusal`: `not-found`, no such call, or none of the agent's own. */
  async give({ callId, confinedTo, isReady, ...given }: Order): Promise<Given> {
    const { picture, waiting, isStored, hasRecord, settled, ready, now, onChange } = this.#parts;
    const call = waiting(callId) ?? picture.callById(callId);
    const isAllowed = call === undefined ? await isStored(callId, confinedTo) : isOwn(call, confinedTo);
    // In the same words whether or not there is such a call: nobody learns of others' calls.
    if (!isAllowed) throw new Refusal('not-found', confinedTo === undefined ? 'no such call' : 'no such call of yours');
    const disposition = { ...given, at: now() };
    const inRecord = call?.callerPath !== undefined && !hasRecord(callId);
    if (call !== undefined) call.disposition = disposition;
    onChange({ type: 'disposition', callId, call, disposition });
    if (isReady) ready(given.extension);
    await settled();
    return { inRecord };
  }
}

/**
 * Whether an extension has a part in a call: it began it, talked in it, or was the queue's last choice. A phone that only
 * rang has none.
 */
function isOwn({ channels, callerPath }: Call, extension: string | undefined): boolean {
  if (extension === undefined) return true;
  const [first] = channels.values();
  if (first?.extension === extension) return true;
  const own = [...channels.values()].filter((channel) => channel.extension === extension);
  const member = callerPath === undefined ? '' : callerPath.agent || (callerPath.lastRung?.member ?? '');
  return own.some(({ talks }) => talks.length > 0) || member === extension;
}
