import type { AmiMessage } from '../ami/message.ts';
import type { Call, CdrRow, Change, Channel, Party } from './model.ts';
import { extensionOfMember } from './queue.ts';
import { peersOf } from './local-channels.ts';
import { deviceOf, isInternalName } from './channel-name.ts';
import type { Endpoint } from '../snapshot/endpoints.ts';
import type { DirectorySettings } from './directory.ts';
import { reapply } from './resync/reapply.ts';
import { rowChange } from './handlers/cdr.ts';
import { endUnexplained } from './handlers/dials.ts';
import { handlers } from './handlers/index.ts';
import { variables } from './handlers/variables.ts';
import { ResyncWindow } from './resync/resync-window.ts';
import { ListWindow } from './resync/list-window.ts';
import { otherSideOf } from './other-side.ts';
import type { DialplanSettings } from './dialplan-contexts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { resync } from './resync/resync.ts';
import { reassignExtensions, applyHints, applyQueues, tellStatuses } from './resync/apply-lists.ts';
import { State } from './state.ts';
import type { Touched } from './touched.ts';

/** What api.conf says of extensions, trunks and the dialplan. */
export type PictureSettings = DirectorySettings &
  DialplanSettings & {
    /** Asterisk's own events are told (contract §5.4); absent: they are not. */
    readonly tellsAsterisk?: boolean;
  };

/** What a list that was asked for again has brought. */
export interface Relisted {
  readonly changes: Change[];
  readonly isNews: boolean;
}

/** Milliseconds in which events may still come after a caller's end: events of different kinds overtake each other. */
const lateEventTime = 500;

/**
 * What is going on in Asterisk now. Comes in: Asterisk's events one by one, and its lists after a (re)connect. Goes
 * out: the changes that each of them means, and the live state for readers. It is pure and knows nothing of sockets,
 * timers, or what is pushed: the same messages at the same times give the same picture and the same changes.
 */
export class Picture {
  /** Names of the events that it takes. */
  static readonly events: ReadonlySet<string> = new Set(handlers.keys());
  readonly #state: State;
  /** There while somebody reads the changes. */
  #touched: Touched | undefined;

  constructor(settings: PictureSettings) {
    this.#state = new State(settings);
    this.#state.tellsAsterisk = settings.tellsAsterisk ?? false;
  }

  /** From now on, or no longer, notes which things may have changed. */
  watch(touched: Touched | undefined): void {
    this.#touched = touched;
  }

  /** Which VarSet are worth reading. */
  wantsVariable(name: string): boolean {
    return variables.has(name) || this.#state.contexts.isScore(name);
  }

  /** Takes one event; `now` is ms epoch. Returns what it changed, in order. */
  apply(message: AmiMessage, now: number): Change[] {
    const changes: Change[] = [];
    this.#touched?.note(this.#state, message);
    handlers.get(message.name)?.(this.#state, message, now, (change) => {
      changes.push(change);
    });
    this.#touched?.note(this.#state, message);
    this.#state.resyncWindow?.note(message, now, (uniqueid) => this.#state.channels.has(uniqueid));
    return changes;
  }

  /** Called about once a second: ends what waited long enough, and frees what ended. */
  tick(now: number): Change[] {
    const changes: Change[] = [];
    // The clock may have been set back, even forward and back, since the last tick.
    this.#state.bringBack(now);
    endUnexplained(this.#state, now, (change) => {
      changes.push(change);
    });
    changes.push(...this.finish(now - lateEventTime));
    this.#state.forget(now);
    return changes;
  }

  /** Tells every caller path that was over by `limit` (ms epoch), without waiting for events that may still come. */
  finish(limit: number): Change[] {
    const changes: Change[] = [];
    for (const [callerPath, heard] of this.#state.endedPaths) {
      if (heard > limit) break;
      this.#state.endedPaths.delete(callerPath);
      changes.push({ type: 'call-over', callerPath });
    }
    return changes;
  }

  /**
   * A row that was read in Asterisk's own records, with what is known of its call now. `key`: as `CdrRow.key`;
   * `origin`: the channel with which its call began, `''` if unknown.
   */
  foundRow(row: Omit<CdrRow, 'key'>, key: string, origin: string): Change {
    return rowChange(this.#state, { ...row, key }, origin);
  }

  /** The call that a Uniqueid is part of, while it goes on and for a few seconds afterwards. */
  callOf(uniqueid: string): Call | undefined {
    return this.#state.callOf.get(uniqueid);
  }

  /** A call by its id, while it goes on and for a few seconds afterwards. */
  callById(id: string): Call | undefined {
    return this.#state.calls.get(id);
  }

  /** The extension of a queue's member with this name (`808`, `Agent 808`, `PJSIP/808`); the name if it is nobody's. */
  extensionOfMember(queue: string, name: string): string {
    const member = [...(this.#state.queues.get(queue)?.members.values() ?? [])].find((one) => one.name === name);
    const { directory } = this.#state;
    return (member === undefined ? directory.extensionOf(name) : extensionOfMember(directory, member)) || name;
  }

  /** Whether anybody is logged in to a queue with a phone that can be reached, paused or not. */
  hasMembers(queue: string): boolean {
    return this.#state.hasMembers(queue);
  }

  /** The connection to Asterisk is lost: anything may happen unseen until the next snapshot. */
  lost(): void {
    this.#state.isWhole = false;
  }

  /** A snapshot is about to be asked for: from now on events are newer than its lists. */
  expectSnapshot(): void {
    this.#state.resyncWindow = new ResyncWindow();
    this.expectHints();
    this.expectQueues();
  }

  /** The hints are about to be asked for. */
  expectHints(): void {
    this.#state.listWindows.hints = new ListWindow();
  }

  /** The queues and their members are about to be asked for. */
  expectQueues(): void {
    this.#state.listWindows.members = new ListWindow();
  }

  /** Takes the hints that Asterisk lists while calls go on. `isNews`: one came, went or changed its text. */
  relistHints(items: readonly AmiMessage[], now: number): Relisted {
    const changes: Change[] = [];
    const { hints } = this.#state.directory;
    const before = this.#touched && new Map(hints);
    const isNews = applyHints(this.#state, items);
    if (isNews) {
      reassignExtensions(this.#state);
      this.#touched?.noteAll();
    } else if (before !== undefined) this.#touched?.noteHints(before, hints);
    tellStatuses(this.#state, now, (change) => {
      changes.push(change);
    });
    return { changes, isNews };
  }

  /**
   * Takes the queues and members that Asterisk lists while calls go on, all of them or those of one queue. `isNews`: a
   * queue or a member came or went.
   */
  relistQueues(items: readonly AmiMessage[], queue?: string): Relisted {
    const changes: Change[] = [];
    const noteLists = (): void => this.#touched?.noteLists(queue === undefined ? this.#state.queues.keys() : [queue]);
    noteLists();
    const isNews = applyQueues(this.#state, items, queue, (change) => {
      changes.push(change);
    });
    noteLists();
    return { changes, isNews };
  }

  /** Takes the phones and trunks that Asterisk lists while calls go on. Returns whether any are different. */
  relistEndpoints(endpoints: readonly Endpoint[]): boolean {
    const isNews = this.#state.directory.setEndpoints(endpoints);
    if (isNews) {
      reassignExtensions(this.#state);
      this.#touched?.noteAll();
    }
    return isNews;
  }

  /** Makes the picture agree with Asterisk's lists. */
  resync(lists: Snapshot, now: number): Change[] {
    const changes: Change[] = [];
    const emit = (change: Change): void => {
      changes.push(change);
    };
    const { resyncWindow: window } = this.#state;
    resync(this.#state, lists, now, emit);
    this.#state.resyncWindow = undefined;
    for (const { message, arrived, isDone } of window?.events() ?? []) {
      (isDone ? reapply : handlers).get(message.name)?.(this.#state, message, arrived, emit);
    }
    tellStatuses(this.#state, now, emit);
    this.#touched?.noteAll();
    return changes;
  }

  /** Takes a re-read configuration. */
  configure(settings: PictureSettings): void {
    this.#state.directory.configure(settings);
    this.#state.contexts.configure(settings);
    this.#state.tellsAsterisk = settings.tellsAsterisk ?? false;
    this.#touched?.noteAll();
  }

  /** The API is about to end these channels: Asterisk will send no HangupRequest for them. */
  noteHangup(channels: Iterable<Channel>): void {
    for (const channel of channels) channel.isEndedByUs = true;
  }

  /** This phone stops ringing because another phone of its extension was picked up; Asterisk calls that NOANSWER. */
  noteAnsweredElsewhere(uniqueid: string): void {
    const leg = this.#state.legs.get(uniqueid);
    if (leg !== undefined) leg.isAnsweredElsewhere = true;
  }

  /** What Asterisk told too much of (`5000 channels`); whatever is beyond that is not followed. */
  get full(): readonly string[] {
    return this.#state.capacity.full;
  }

  /** Whether channels that were turned away fit in again: lists name those that are still there. */
  hasCapacityAgain(): boolean {
    const { capacity, channels, callOf, calls } = this.#state;
    const isRoomForChannels = capacity.frees('channels', channels.size);
    const isRoomForCalls = capacity.frees('channels of calls under way', callOf.size);
    const held = (count: (call: Call) => number): number => Math.max(0, ...[...calls.values()].map(count));
    if (capacity.isAnyFull) {
      // No list names these; they are only checked so that the log says so again the next time.
      capacity.frees(
        'dialled legs in one call',
        held(({ legs }) => legs.length),
      );
      capacity.frees(
        'recordings in one call',
        held(({ recordings }) => recordings.length),
      );
    }
    return isRoomForChannels || isRoomForCalls;
  }

  get channels(): ReadonlyMap<string, Readonly<Channel>> {
    return this.#state.channels;
  }

  get calls(): State['calls'] {
    return this.#state.calls;
  }

  get queues(): State['queues'] {
    return this.#state.queues;
  }

  get directory(): State['directory'] {
    return this.#state.directory;
  }

  /** Legs that ring or talk now, by the Uniqueid of the rung channel. */
  get legs(): State['legs'] {
    return this.#state.legs;
  }

  /** The live channels of a call, oldest first. */
  liveChannelsOf(call: Call): Channel[] {
    return this.#state.liveChannels(call);
  }

  /** The live channels of an extension's devices, newest last, without internal ones. */
  channelsOf(devices: readonly string[]): Channel[] {
    return this.everyChannelOf(devices).filter((channel) => !channel.isInternal);
  }

  /**
   * All live channels of an extension's devices, oldest first: its calls, and those with which it listens to others.
   */
  everyChannelOf(devices: readonly string[]): Channel[] {
    return [...this.#state.channels.values()].filter(
      ({ name }) => !isInternalName(name) && devices.includes(deviceOf(name)),
    );
  }

  /** The party on the other side of a channel, as a phone would show it. */
  otherSideOf(channel: Channel): Party {
    return otherSideOf(this.#state, channel);
  }

  /** The people on the other side of a channel. */
  peersOf(channel: Channel): Channel[] {
    return peersOf(this.#state, channel);
  }
}
