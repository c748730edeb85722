import type { AmiMessage } from '../ami/message.ts';
import type { Directory, Hint } from './directory.ts';
import type { State } from './state.ts';

/** Things that are remembered one by one; beyond that, anything may have changed. */
const mostTouched = 5_000;

/** The fields of an event that name channels. */
const channelFields: ReadonlyMap<string, readonly string[]> = new Map([
  ...[
    'Newchannel',
    'Newstate',
    'NewCallerid',
    'NewConnectedLine',
    'Rename',
    'Hangup',
    'BridgeEnter',
    'BridgeLeave',
    'Hold',
    'Unhold',
    'VarSet',
    'Newexten',
    'QueueCallerJoin',
    'QueueCallerLeave',
  ].map((name): [string, string[]] => [name, ['Uniqueid']]),
  ...['DialBegin', 'DialState', 'DialEnd'].map((name): [string, string[]] => [name, ['Uniqueid', 'DestUniqueid']]),
  ['OriginateResponse', ['Uniqueid']],
  ['ChanSpyStart', ['SpyerUniqueid']],
  ['AttendedTransfer', ['TransfereeUniqueid', 'SecondTransfererUniqueid']],
  ['Cdr', ['UniqueID']],
]);

/**
 * Which things of the picture events may have changed, as far as a reader of the live state can see: the calls by id,
 * the extensions, the queues, and the members by queue. A thing that is named here may be as it was; one that is not
 * named has not changed.
 */
export class Touched {
  readonly calls = new Set<string>();
  readonly extensions = new Set<string>();
  readonly queues = new Set<string>();
  /** By queue: interfaces. */
  readonly members = new Map<string, Set<string>>();
  /** Queues whose members were listed anew: those that are the same objects as before have not changed. */
  readonly lists = new Set<string>();
  #isAll = false;
  #isAny = false;
  #count = 0;
  readonly #onFirst: () => void;

  /** `onFirst` is called when something is noted and nothing was since the last `clear`. */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  /** Anything may have changed. */
  get isAll(): boolean {
    return this.#isAll;
  }

  clear(): void {
    for (const set of [this.calls, this.extensions, this.queues, this.members, this.lists]) set.clear();
    this.#isAll = false;
    this.#isAny = false;
    this.#count = 0;
  }

  /** Notes that anything may have changed: phones came or went, or the configuration is another one. */
  noteAll(): void {
    this.#isAll = true;
    this.#told();
  }

  /** Notes what an event is about; to be called before and after it is taken. */
  note(state: State, message: AmiMessage): void {
    for (const field of channelFields.get(message.name) ?? []) this.#noteChannel(state, message.get(field));
    if (message.name === 'ExtensionStatus') this.#add(this.extensions, message.get('Exten'));
    if (!message.name.startsWith('Queue')) return;
    const queue = message.get('Queue');
    this.#add(this.queues, queue);
    const name = message.get('Interface');
    if (name === '') return;
    const members = this.members.get(queue) ?? new Set();
    this.members.set(queue, members);
    this.#add(members, name);
  }

  /** Notes that queues were listed anew; to be called before and after the list is taken. */
  noteLists(queues: Iterable<string>): void {
    for (const queue of queues) {
      this.#add(this.queues, queue);
      this.lists.add(queue);
    }
  }

  /** Notes which hints of a new list have another status than before. Every few seconds: most have not. */
  noteHints(before: Directory['hints'], after: Directory['hints']): void {
    for (const [exten, contexts] of after) {
      const were = before.get(exten);
      if (![...contexts].every(([context, hint]) => isSame(were?.get(context), hint)))
        this.#add(this.extensions, exten);
    }
  }

  #noteChannel({ channels, callOf, legs, queues }: State, uniqueid: string): void {
    const call = callOf.get(uniqueid);
    if (call !== undefined) this.#add(this.calls, call.id);
    const channel = channels.get(uniqueid) ?? call?.channels.get(uniqueid);
    if (channel !== undefined && channel.extension !== '') this.#add(this.extensions, channel.extension);
    const leg = legs.get(uniqueid);
    if (leg !== undefined) {
      this.#add(this.calls, leg.call.id);
      if (leg.extension !== '') this.#add(this.extensions, leg.extension);
    }
    for (const queue of queues.values()) if (queue.waiting.has(uniqueid)) this.#add(this.queues, queue.name);
  }

  #add(set: Set<string>, name: string): void {
    if (this.#isAll || set.has(name)) return;
    set.add(name);
    if (++this.#count > mostTouched) this.#isAll = true;
    this.#told();
  }

  #told(): void {
    if (this.#isAny) return;
    this.#isAny = true;
    this.#onFirst();
  }
}

function isSame(before: Hint | undefined, after: Hint): boolean {
  return before?.status === after.status && before.statusText === after.statusText;
}
