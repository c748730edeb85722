import type { AmiMessage } from '../ami/message.ts';
import { newCall } from './call.ts';
import { Capacity } from './capacity.ts';
import { DialplanContexts } from './dialplan-contexts.ts';
import type { DialplanSettings } from './dialplan-contexts.ts';
import { Directory } from './directory.ts';
import type { DirectorySettings, Hint } from './directory.ts';
import type { Call, CallerPath, Channel, Emit, Leg, Member, Queue } from './model.ts';
import { isReachable, newQueue } from './queue.ts';
import type { ListWindow } from './resync/list-window.ts';
import type { ResyncWindow } from './resync/resync-window.ts';
import { noteRinging, mustHaveRung } from './ringing.ts';
import { forgetSpentChannels } from './spent-channels.ts';

/** Takes one event into the picture. `now` (ms epoch): when it arrived. */
export type Handler = (state: State, message: AmiMessage, now: number, emit: Emit) => void;

/** Milliseconds for which an ended call is kept, because its Cdr and its last Hangup come in no certain order. */
const lingerTime = 10_000;

/** Ended calls that are kept at most. */
const mostEnded = 10_000;

/** Rows without a call that are remembered at most. */
const mostStrayRows = 1_000;

/** Everything that is known to go on, as plain maps. The handlers write it; `Picture` shows it to readers. */
export class State {
  /** Live channels by Uniqueid. */
  readonly channels = new Map<string, Channel>();
  /** Live and just ended calls by their id. */
  readonly calls = new Map<string, Call>();
  /** The call that a Uniqueid is part of, for as long as the call is kept. */
  readonly callOf = new Map<string, Call>();
  /** Legs that have begun and not ended, by the Uniqueid of the channel that is rung. */
  readonly legs = new Map<string, Leg>();
  readonly queues = new Map<string, Queue>();
  /** Halves of Local channels that stand in a parking lot. */
  readonly parkedHalves = new Set<Channel>();
  /** What still fits in, whatever Asterisk tells. */
  readonly capacity = new Capacity();
  readonly directory: Directory;
  readonly contexts: DialplanContexts;
  /** Caller paths that ended and were not told yet, and when their end was heard of (ms epoch). */
  readonly endedPaths = new Map<CallerPath, number>();
  /** The last status told of an extension (contract §3.4), kept across reconnects: only differences are told. */
  readonly toldStatus = new Map<string, string>();
  /** Asterisk's own events are told (contract §5.4). */
  tellsAsterisk = false;
  /** A snapshot was taken before: whatever the next one names that was unknown happened while AMI was away. */
  isBuilt = false;
  /** Nothing was missed since the last snapshot. */
  isWhole = false;
  /** There while a snapshot is on its way. */
  resyncWindow: ResyncWindow | undefined;
  /** There while a list of hints, or of queues and members, is on its way. */
  readonly listWindows: { hints?: ListWindow<Hint> | undefined; members?: ListWindow<Member> | undefined } = {};
  readonly #ended = new Set<Call>();
  /** As `Call.rows`, of rows whose call is not known. */
  readonly #strayRows = new Map<string, number>();
  readonly #strayDialledOut = new Set<string>();
  /** When spent channels were forgotten last, ms epoch. */
  #forgotAt = -Infinity;

  constructor(settings: DirectorySettings & DialplanSettings) {
    this.directory = new Directory(settings);
    this.contexts = new DialplanContexts(settings);
  }

  /** The call with this id, begun now if there is none. */
  call(id: string, at: number): Call {
    let call = this.calls.get(id);
    if (call === undefined) this.calls.set(id, (call = newCall(id, at)));
    call.endedAt = undefined;
    this.#ended.delete(call);
    return call;
  }

  /** The queue of this name; one that is not kept if no other queue fits in. */
  queue(name: string): Queue {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const queue = newQueue(name);
    if (this.capacity.fits('queues', this.queues.size)) this.queues.set(name, queue);
    return queue;
  }

  /** Whether anybody is logged in to a queue with a phone that can be reached, paused or not. */
  hasMembers(queue: string): boolean {
    return [...(this.queues.get(queue)?.members.values() ?? [])].some(isReachable);
  }

  /**
   * The live channels of a call, oldest first. Looks through its own or through all live ones, whichever are fewer: a
   * long call has thousands that ended.
   */
  liveChannels(call: Call): Channel[] {
    const live: Channel[] = [];
    const fewer = this.channels.size < call.channels.size ? this.channels : call.channels;
    for (const channel of fewer.values())
      if (channel.call === call && channel.endedAt === undefined) live.push(channel);
    return live;
  }

  /** Whether one more channel fits in; forgets channels that nothing needs any more if there are too many. `now`: ms epoch. */
  fitsChannel(now: number): boolean {
    const { capacity, channels, callOf } = this;
    // Once a second at most: it looks through all calls.
    if (capacity.isFull('channels of calls under way', callOf.size) && Math.abs(now - this.#forgotAt) >= 1_000) {
      this.#forgotAt = now;
      forgetSpentChannels(this.calls, callOf);
    }
    return capacity.fits('channels', channels.size) && capacity.fits('channels of calls under way', callOf.size);
  }

  /** Puts a channel into the picture. */
  addChannel(channel: Channel): void {
    this.channels.set(channel.uniqueid, channel);
    channel.call.channels.set(channel.uniqueid, channel);
    this.callOf.set(channel.uniqueid, channel.call);
  }

  /** Takes a channel out; the call ends with its last one. */
  removeChannel(channel: Channel, now: number): void {
    this.channels.delete(channel.uniqueid);
    this.parkedHalves.delete(channel);
    for (const queue of this.queues.values()) queue.waiting.delete(channel.uniqueid);
    channel.endedAt = now;
    const { call } = channel;
    if (this.liveChannels(call).length > 0) return;
    call.endedAt = now;
    this.#ended.add(call);
    const [oldest] = this.#ended;
    if (oldest !== undefined && this.#ended.size > mostEnded) this.#drop(oldest);
  }

  /** Ends a leg and tells it: exactly one dial-end for each dial-begin (contract §3.2). */
  endLeg(leg: Leg, status: string, timestamp: string, emit: Emit): void {
    leg.endedAt = Number(timestamp) * 1000;
    // Originate has many words for a phone that is stopped; Dial() has one for those that were not picked up.
    const isStopped = leg.isAnsweredElsewhere === true && leg.answeredAt === undefined;
    const told = isStopped ? 'cancel' : status;
    if (mustHaveRung(leg, told)) noteRinging(this.legs, leg.destUniqueid);
    this.legs.delete(leg.destUniqueid);
    if (!leg.isHidden) emit({ type: 'dial-end', timestamp, leg, status: told });
  }

  /** How often each row of an unknown call came: two equal rows are two records here too. Bounded: the oldest goes. */
  strayRows(): Map<string, number> {
    const [oldest] = this.#strayRows.keys();
    if (this.#strayRows.size >= mostStrayRows && oldest !== undefined) this.#strayRows.delete(oldest);
    return this.#strayRows;
  }

  /** Uniqueids of unknown calls whose rows rang a trunk. Bounded: the oldest goes. */
  strayDialledOut(): Set<string> {
    const [oldest] = this.#strayDialledOut;
    if (this.#strayDialledOut.size >= mostStrayRows && oldest !== undefined) this.#strayDialledOut.delete(oldest);
    return this.#strayDialledOut;
  }

  /** Whatever waits since a moment that is still to come (the box's clock was set back) waits since now (ms epoch). */
  bringBack(now: number): void {
    for (const [callerPath, heard] of this.endedPaths) this.endedPaths.set(callerPath, Math.min(heard, now));
    for (const leg of this.legs.values()) {
      if (leg.channelLostAt !== undefined) leg.channelLostAt = Math.min(leg.channelLostAt, now);
    }
    for (const call of this.#ended) call.endedAt = Math.min(call.endedAt ?? now, now);
  }

  /** Frees what ended long enough ago. */
  forget(now: number): void {
    for (const call of this.#ended) {
      if (call.endedAt === undefined || now - call.endedAt < lingerTime) break;
      this.#drop(call);
    }
  }

  #drop(call: Call): void {
    this.#ended.delete(call);
    this.calls.delete(call.id);
    for (const uniqueid of call.channels.keys()) {
      if (this.callOf.get(uniqueid) === call) this.callOf.delete(uniqueid);
    }
  }
}
