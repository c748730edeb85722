import type { AmiMessage } from '../ami/message.ts';

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
  ['ExtensionStatus', ['Exten', 'Context']],
  ['QueueMemberAdded', ['Queue', 'Interface']],
  ['QueueMemberStatus', ['Queue', 'Interface']],
  ['QueueMemberPause', ['Queue', 'Interface']],
  ['QueueMemberPenalty', ['Queue', 'Interface']],
  ['QueueMemberRinginuse', ['Queue', 'Interface']],
  ['QueueMemberRemoved', ['Queue', 'Interface']],
  ['QueueCallerJoin', ['Queue', 'Uniqueid']],
  ['QueueCallerLeave', ['Queue', 'Uniqueid']],
  ['QueueCallerAbandon', ['Queue', 'Uniqueid']],
]);

/**
 * What Asterisk told while its lists were on their way, which is newer than they: Uniqueids that hung up (a list may
 * still name them) and that were made (it may not name them yet), and the events that are done again over the lists.
 */
export class Meanwhile {
  readonly gone = new Set<string>();
  readonly fresh = new Set<string>();
  private readonly kept = new Map<string, { readonly message: AmiMessage; readonly arrived: number }>();

  /** Keeps an event when doing it again later makes sense; bounded by what is live. */
  note(message: AmiMessage, arrived: number): void {
    const about = subjects.get(message.name);
    if (about === undefined) return;
    const key = [message.name, ...about.map((field) => message.get(field))].join('\n');
    // Last in, last out: a leave after an enter.
    this.kept.delete(key);
    this.kept.set(key, { message: message.keep(), arrived });
  }

  /** The events in the order in which they came. */
  events(): Iterable<{ readonly message: AmiMessage; readonly arrived: number }> {
    return this.kept.values();
  }
}
