import type { AmiMessage } from '../../ami/message.ts';

/** An event to be done again over the lists. */
export interface ReapplicableEvent {
  readonly message: AmiMessage;
  /** ms epoch. */
  readonly arrived: number;
  /** What it means beyond what lists tell was done when it came: only the rest is to be done again. */
  readonly isDone: boolean;
}

/** Events that are kept: what an Asterisk with more has to tell is not all done again. */
const mostKept = 20_000;

/** Events that say how something is, by what they are about: the newest of each replaces the older ones. */
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
 * What Asterisk told while its lists were on their way, which is newer than they: Uniqueids that hung up (a list may
 * still name them), that were made (it may not name them yet), that entered a bridge, that went on through the dialplan or
 * its queues, and the events that are done again over the lists.
 */
export class ResyncWindow {
  readonly gone = new Set<string>();
  readonly fresh = new Set<string>();
  readonly bridged = new Set<string>();
  readonly stepped = new Set<string>();
  /** The bridge that a channel left, by Uniqueid: the list may name it still. */
  readonly left = new Map<string, string>();
  /** Who has the place of another in a queue, by the Uniqueid of that one: the list may name that one still. */
  readonly replaced = new Map<string, string>();
  readonly #kept = new Map<string, ReapplicableEvent>();

  /** Keeps an event, once it is done, when doing it again later makes sense; bounded by what is live. */
  note(message: AmiMessage, arrived: number, isKnown: (uniqueid: string) => boolean): void {
    const about = subjects.get(message.name);
    if (about === undefined) return;
    const key = [message.name, ...about.map((field) => message.get(field))].join('\n');
    if (this.#kept.size >= mostKept && !this.#kept.has(key)) return;
    // Last in, last out: a leave after an enter.
    this.#kept.delete(key);
    const uniqueid = message.get(about.at(-1) ?? '');
    const isDone = isKnown(uniqueid) && this.#isDone(message, uniqueid);
    this.#kept.set(key, { message: message.keep(), arrived, isDone });
  }

  /** Whether an event of a channel that is in the picture meant anything to it. */
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
