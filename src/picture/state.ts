import type { Call, Channel, Leg } from './call.ts';
import { newCall } from './call.ts';
import type { Emit } from './change.ts';
import { Directory } from './directory.ts';
import type { DirectorySettings } from './directory.ts';
import type { CallerPath } from './caller-path.ts';
import type { Hint } from './directory.ts';
import type { ResyncWindow } from './resync/resync-window.ts';
import type { Newer } from './resync/newer.ts';
import type { DialplanSettings } from './dialplan-contexts.ts';
import { DialplanContexts } from './dialplan-contexts.ts';
import type { Member, Queue } from './queue.ts';
import { isReachable, newQueue } from './queue.ts';
import { noteRinging, rangUnheard } from './ringing.ts';
import { Room } from './room.ts';

/** How long (ms) an ended call is kept for the Cdr that may come after its last Hangup (Asterisk sends the two in no certain order). */
const lingering = 10_000;

/** Ended calls that are kept so. */
const mostEnded = 10_000;

/** Rows without a call that are told apart. */
const mostStrayRows = 1_000;

/** Everything that is known to go on, as plain maps; the handlers write it, `Picture` gives it to readers. */
export class State {
  /** By Uniqueid. */
  readonly channels = new Map<string, Channel>();
  /** By call id, live and just ended. */
  readonly calls = new Map<string, Call>();
  /** Which call a Uniqueid was part of, for as long as the call is kept. */
  readonly callOf = new Map<string, Call>();
  /** Legs that have begun and not ended, by the Uniqueid of the channel that is rung. */
  readonly legs = new Map<string, Leg>();
  readonly queues = new Map<string, Queue>();
  /** Halves of Local channels that stand in a parking lot. */
  readonly parkedHalves = new Set<Channel>();
  /** What there is room for, whatever Asterisk tells. */
  readonly room = new Room();
  readonly directory: Directory;
  readonly contexts: DialplanContexts;
  /** Caller paths that ended and were not told yet, with when that was heard of (ms epoch). */
  readonly over = new Map<CallerPath, number>();
  /** The last status told of an extension (contract §3.4), kept across reconnects: only differences are told. */
  readonly toldStatus = new Map<string, string>();
  /** Asterisk's lists were in once: what they name next and was not known is what happened while AMI was away. */
  isBuilt = false;
  /** Nothing was missed since the lists were in last. */
  isWhole = false;
  /** While lists are on their way. */
  resyncWindow: ResyncWindow | undefined;
  /** What is newer than the list of hints or of members that is on its way. */
  readonly newer: { hints?: Newer<Hint> | undefined; members?: Newer<Member> | undefined } = {};
  private readonly ended = new Set<Call>();
  /** As `rows` of a call, of rows whose call nobody saw. */
  private readonly stray = new Map<string, number>();
  private readonly strayOut = new Set<string>();

  constructor(settings: DirectorySettings & DialplanSettings) {
    this.directory = new Directory(settings);
    this.contexts = new DialplanContexts(settings);
  }

  /** The call with this id, begun now when there is none. */
  call(id: string, at: number): Call {
    let call = this.calls.get(id);
    if (call === undefined) this.calls.set(id, (call = newCall(id, at)));
    call.endedAt = undefined;
    this.ended.delete(call);
    return call;
  }

  /** The queue of this name; one that nobody looks at when there is no room for another. */
  queue(name: string): Queue {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const queue = newQueue(name);
    if (this.room.isFree('queues', this.queues.size)) this.queues.set(name, queue);
    return queue;
  }

  /** Whether anybody is logged in to a queue with a phone that can be reached, paused or not. */
  hasMembers(queue: string): boolean {
    return [...(this.queues.get(queue)?.members.values() ?? [])].some(isReachable);
  }

  /** Puts a channel into the picture. */
  addChannel(channel: Channel): void {
    this.channels.set(channel.uniqueid, channel);
    channel.call.channels.set(channel.uniqueid, channel);
    if (!this.callOf.has(channel.uniqueid)) channel.call.uniqueids.push(channel.uniqueid);
    this.callOf.set(channel.uniqueid, channel.call);
  }

  /** Takes a channel out; the call ends with its last one. */
  removeChannel(channel: Channel, now: number): void {
    this.channels.delete(channel.uniqueid);
    this.parkedHalves.delete(channel);
    for (const queue of this.queues.values()) queue.waiting.delete(channel.uniqueid);
    const { call } = channel;
    call.channels.delete(channel.uniqueid);
    call.gone.set(channel.uniqueid, channel);
    if (call.channels.size > 0) return;
    call.endedAt = now;
    this.ended.add(call);
    const [oldest] = this.ended;
    if (oldest !== undefined && this.ended.size > mostEnded) this.drop(oldest);
  }

  /** Ends a leg and tells it: exactly one dial-end for each dial-begin (contract §3.2). */
  endLeg(leg: Leg, status: string, timestamp: string, emit: Emit): void {
    leg.endedAt = Number(timestamp) * 1000;
    // Originate has many words for a phone that is stopped; Dial() has one for those that were not picked up.
    const isStopped = leg.isAnsweredElsewhere === true && leg.answeredAt === undefined;
    const told = isStopped ? 'cancel' : status;
    if (rangUnheard(leg, told)) noteRinging(this, leg.destUniqueid);
    this.legs.delete(leg.destUniqueid);
    if (!leg.hidden) emit({ type: 'dial-end', timestamp, leg, status: told });
  }

  /** How often each row came whose call is not known: two alike are two records here too. Bounded: the oldest goes. */
  strayRows(): Map<string, number> {
    const [oldest] = this.stray.keys();
    if (this.stray.size >= mostStrayRows && oldest !== undefined) this.stray.delete(oldest);
    return this.stray;
  }

  /** Uniqueids whose rows rang a trunk, and whose call is not known. Bounded: the oldest goes. */
  strayDialledOut(): Set<string> {
    const [oldest] = this.strayOut;
    if (this.strayOut.size >= mostStrayRows && oldest !== undefined) this.strayOut.delete(oldest);
    return this.strayOut;
  }

  /** The box's clock was set back to `now`: what waits since a moment that is to come again waits since now. */
  setBack(now: number): void {
    for (const [callerPath, heard] of this.over) this.over.set(callerPath, Math.min(heard, now));
    for (const leg of this.legs.values()) {
      if (leg.lostAt !== undefined) leg.lostAt = Math.min(leg.lostAt, now);
    }
    for (const call of this.ended) call.endedAt = Math.min(call.endedAt ?? now, now);
  }

  /** Frees what ended long enough ago. */
  forget(now: number): void {
    for (const call of this.ended) {
      if (call.endedAt === undefined || now - call.endedAt < lingering) break;
      this.drop(call);
    }
  }

  private drop(call: Call): void {
    this.ended.delete(call);
    this.calls.delete(call.id);
    for (const uniqueid of call.uniqueids) this.callOf.delete(uniqueid);
  }
}
