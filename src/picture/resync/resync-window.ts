import type { AmiMessage } from '../../ami/message.ts';

/** An event to be applied again on top of the lists. */
export interface ReapplicableEvent {
  readonly message: AmiMessage;
  /** ms epoch. */
  readonly arrived: number;
  /** It had its effect when it came: only what the lists put back is to be done again. */
  readonly isDone: boolean;
}

/** Events that are kept at most; any beyond that are not applied again. */
const mostKept = 20_000;

/** Events that tell a state, with the fields that name its subject: the newest of a subject replaces the older ones. */
const subjects: ReadonlyMap<string, readonly string[]> = new Map([
  ['Newstate', ['Uniqueid']],
  ['NewCallerid', ['Uniqueid']],
  ['NewConnectedLine', ['Uniqueid']],
  ['BridgeEnter', ['Uniqueid']],
  ['BridgeLeave', ['Uniqueid']],
  ['Hold', ['Uniqueid']],
  ['Unhold', ['Uniqueid']],
  ['DialEnd', ['DestUniqueid']],
  ['QueueCallerJoin', ['Queue', 'Uniqueid']],
  ['QueueCallerLeave', ['Queue', 'Uniqueid']],
  ['QueueCallerAbandon', ['Queue', 'Uniqueid']],
]);

/**
 * What Asterisk told while a snapshot was on its way, which is newer than its lists: Uniqueids that hung up (a list may
 * still name them), that were made (a list may not name them yet), that entered a bridge, or that went on through the
 * dialplan or its queues; and the events to apply again on top of the lists.
 */
export class ResyncWindow {
  readonly gone = new Set<string>();
  readonly fresh = new Set<string>();
  readonly bridged = new Set<string>();
  readonly stepped = new Set<string>();
  /** The bridge that a channel left, by Uniqueid: the list may still name it. */
  readonly left = new Map<string, string>();
  /** A waiting caller's Uniqueid → that of the caller who took their place: the list may still name the former. */
  readonly replaced = new Map<string, string>();
  readonly #kept = new Map<string, ReapplicableEvent>();

  /** Keeps an event that was just applied, if it may have to be applied again. */
  note(message: AmiMessage, arrived: number, isKnown: (uniqueid: string) => boolean): void {
    const about = subjects.get(message.name);
    if (about === undefined) return;
    const key = [message.name, ...about.map((field) => message.get(field))].join('\n');
    if (this.#kept.size >= mostKept && !this.#kept.has(key)) return;
    // Moves to the end, so that a leave stays after an enter.
    this.#kept.delete(key);
    const uniqueid = message.get(about.at(-1) ?? '');
    const isDone = isKnown(uniqueid) && this.#isDone(message, uniqueid);
    this.#kept.set(key, { message: message.copy(), arrived, isDone });
  }

  /** Whether an event had an effect on a channel that is in the picture. */
  #isDone(message: AmiMessage, uniqueid: string): boolean {
    switch (message.name) {
      case 'QueueCallerJoin':
      case 'QueueCallerLeave':
      case 'QueueCallerAbandon':
        return this.stepped.has(uniqueid);
      case 'BridgeLeave':
        return this.bridged.has(uniqueid) || this.left.get(uniqueid) === message.get('BridgeUniqueid');
      default:
        return true;
    }
  }

  /** The events in the order in which they came. */
  events(): Iterable<ReapplicableEvent> {
    return this.#kept.values();
  }
}
