import type { MemberPause, MemberKey } from '../control/member-pause.ts';
import { personReason, wrapUpReason } from '../control/member-pause.ts';
import type { Call, CallerPath, Change, Leg, Member } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import { PendingPauses, keyOf } from './pending-pauses.ts';
import { AwaitingWrapup, settled } from './awaiting-wrapup.ts';
import type { Seat, Wrapup } from './wrapup.ts';
import { answererOf, secondsOf } from './wrapup.ts';

/** api.conf `[enable]` (contract §1): whether there is after-call work, and for how many seconds at most. */
export interface WrapupSettings {
  readonly pausetime: boolean;
  readonly pausetimeMax: number;
}

/** What to ask of Asterisk, in this order, and what goes on to the events. */
export interface Decision {
  readonly pauses: MemberPause[];
  readonly changes: Change[];
}

/**
 * Milliseconds that a call waits for its agent beyond the longest after-call work, and by which a moment that Asterisk tells
 * may be off.
 */
const longestLag = 5_000;
/**
 * Milliseconds after which an agent that was unpaused in one queue is unpaused in the others: programs unpause everywhere
 * and pause again with another reason, all at once, and our unpause must not come in between.
 */
const followDelay = 250;
/** Milliseconds until an unpause that Asterisk did not carry out is asked for again. */
const retryWait = 10_000;

/**
 * After-call work (contract §1.2): decides when which member of which queue is paused and unpaused, and how long the work
 * took. Pure: `now` is a parameter, and the caller carries out what it decides. Moments are ms of the monotonic clock, so
 * that nothing takes longer or ends early when the box's clock steps; `boxNow` is the same moment by that clock, in which
 * Asterisk tells times (ms epoch).
 */
export class Wrapups {
  readonly #picture: Pick<Picture, 'queues' | 'directory'>;
  readonly #settings: () => WrapupSettings;
  /** By extension. */
  readonly #running = new Map<string, Wrapup>();
  /** Our pauses that no after-call work needs any more, and when to undo each. */
  readonly #pausesToUndo = new Map<string, MemberKey & { readonly at: number }>();
  readonly #pendingPauses = new PendingPauses();
  readonly #awaiting = new AwaitingWrapup();
  /**
   * Whether Asterisk is connected and its pauses agree with ours; nothing is asked of it before. It is not link.ts's
   * `isCurrent`: that is set after the whole resync, and this one within it, once all its changes were taken.
   */
  #isUp = false;
  #isEnded = false;
  #decision: Decision = { pauses: [], changes: [] };

  constructor(picture: Pick<Picture, 'queues' | 'directory'>, settings: () => WrapupSettings) {
    this.#picture = picture;
    this.#settings = settings;
  }

  /** Takes what the picture saw and passes it on, except `call-over`, which becomes `call-settled`, now or later. */
  take(change: Change, now: number, boxNow: number): Decision {
    if (change.type !== 'call-over') this.#decision.changes.push(change);
    if (change.type === 'call-over') this.#callOver(change.callerPath, now);
    else if (change.type === 'dial-end') this.#legOver(change.leg, now, agoOf(change.timestamp, boxNow));
    else if (change.type === 'hangup') this.#hungUp(change, now, boxNow);
    else if (change.type === 'member-pause') this.#paused(change.queue, change.member, now);
    else if (change.type === 'member-removed') this.#removed(keyOf(change), now);
    return this.#decided();
  }

  /** What goes on although `take` threw, which is our fault: what it had decided, and a call that is over all the same. */
  faulted(change: Change): Decision {
    const { changes } = this.#decision;
    if (change.type === 'call-over') {
      const { callerPath } = change;
      const isSettled = changes.some((one) => one.type === 'call-settled' && one.callerPath === callerPath);
      if (!isSettled && !this.#awaiting.waitsFor(callerPath)) changes.push(settled(callerPath, 0));
    }
    return this.#decided();
  }

  /** Time has passed. */
  tick(now: number): Decision {
    for (const wrapup of [...this.#running.values()]) if (wrapup.until <= now) this.#end(wrapup, wrapup.until);
    for (const [key, undo] of this.#isUp ? this.#pausesToUndo : []) {
      if (undo.at > now) continue;
      this.#pausesToUndo.delete(key);
      this.#ask({ queue: undo.queue, interface: undo.interface, paused: false });
    }
    this.#decision.changes.push(...this.#awaiting.expire(now, (leg) => this.#soFar(leg, now)));
    return this.#decided();
  }

  /** The moment (ms, monotonic) at which `tick` has something to do; `Infinity`: none. */
  get due(): number {
    let due = this.#awaiting.due;
    for (const { until } of this.#running.values()) due = Math.min(due, until);
    if (this.#isUp) for (const { at } of this.#pausesToUndo.values()) due = Math.min(due, at);
    return due;
  }

  /** The connection to Asterisk is lost; after-call work goes on. */
  down(): void {
    this.#isUp = false;
    this.#pendingPauses.giveUpAll();
  }

  /** Asterisk's lists are in the picture: makes its pauses agree with ours, so that nobody stays paused for ever. */
  resynced(now: number, boxNow: number): Decision {
    this.#isUp = true;
    for (const wrapup of [...this.#running.values()]) this.#compare(wrapup, now);
    const { pausetimeMax } = this.#settings();
    const before = new Map(this.#pausesToUndo);
    this.#pausesToUndo.clear();
    for (const queue of this.#picture.queues.values()) {
      for (const member of queue.members.values()) {
        const memberKey = { queue: queue.name, interface: member.interface };
        const key = keyOf(memberKey);
        const known = before.get(key);
        const isUnderWay = this.#pendingPauses.underWay(key) !== undefined;
        const isOurs = isUnderWay ? known !== undefined : member.paused && member.pausedReason === wrapUpReason;
        if (!isOurs || this.#wrapupAt(key) !== undefined) continue;
        // The clock may have stepped: not later than if it had begun now.
        const at = now - Math.max(0, boxNow - member.lastPause * 1000) + pausetimeMax * 1000;
        this.#pausesToUndo.set(key, { ...memberKey, at: known?.at ?? (this.#isOn ? at : now) });
      }
    }
    return this.tick(now);
  }

  /** An agent is ready: their after-call work ends, if there is any. */
  ready(extension: string, now: number): Decision {
    const wrapup = this.#running.get(extension);
    if (wrapup !== undefined) this.#end(wrapup, now);
    return this.#decided();
  }

  /** Whether a member is paused, or about to be, for after-call work; another program's pause of that name is none. */
  isAtWork(memberKey: MemberKey): boolean {
    return this.#wrapupAt(keyOf(memberKey)) !== undefined;
  }

  /** A call that is over for its caller and waits for its agent's after-call work. */
  waiting(callId: string): Call | undefined {
    return this.#awaiting.call(callId);
  }

  /** The configuration was re-read. */
  configured(now: number): Decision {
    return this.#isOn ? this.#decided() : this.#endAll(now);
  }

  /** The daemon stops: all after-call work ends, and every call is settled with what is known. */
  stop(now: number): Decision {
    this.#isEnded = true;
    return this.#endAll(now);
  }

  /** Asterisk refused a pause, or (`isRefused` false) nobody knows whether it carried it out. */
  failed(pause: MemberPause, isRefused: boolean, now: number): Decision {
    const key = keyOf(pause);
    if (!isRefused) {
      this.#pendingPauses.giveUp(pause);
      if (!pause.paused && this.#wrapupAt(key) === undefined) this.#undoAt(pause, now + retryWait);
      return this.#decided();
    }
    this.#pendingPauses.refused(pause);
    if (pause.paused && pause.reason === wrapUpReason) this.#leave(key, now);
    return this.#decided();
  }

  #decided(): Decision {
    const decision = this.#decision;
    this.#decision = { pauses: [], changes: [] };
    return decision;
  }

  get #isOn(): boolean {
    return this.#settings().pausetime && !this.#isEnded;
  }

  #callOver(callerPath: CallerPath, now: number): void {
    const { agentLeg: leg } = callerPath;
    // If no after-call work is to come, there is nothing to wait for.
    if (!this.#isOn && leg !== undefined && !this.#isWrappingUp(leg) && !this.#awaiting.isDone(leg)) this.#done(leg, 0);
    this.#decision.changes.push(
      ...this.#awaiting.over(callerPath, now + this.#settings().pausetimeMax * 1000 + longestLag),
    );
  }

  /** A leg that began while AMI was away has no `dial-end`: its channel's hang-up ends it. */
  #hungUp({ channel, timestamp }: Extract<Change, { type: 'hangup' }>, now: number, boxNow: number): void {
    const leg = channel.call.legs.findLast(({ destUniqueid }) => destUniqueid === channel.uniqueid);
    if (leg?.isHidden === true) this.#legOver(leg, now, agoOf(timestamp, boxNow));
  }

  /** A leg was over `ago` ms before: after-call work begins if a member of a queue answered it. */
  #legOver(leg: Leg, now: number, ago: number): void {
    if (this.#awaiting.isDone(leg) || this.#isWrappingUp(leg)) return;
    const at = now - ago;
    // Nobody called an originated phone: its own user asked for the call (click-to-dial).
    if (leg.answeredAt === undefined || leg.source === undefined || !this.#isOn || !this.#begin(leg, at)) {
      this.#done(leg, 0);
    }
  }

  #begin(leg: Leg, at: number): boolean {
    const { extension, members } = answererOf(leg, this.#picture);
    const before = this.#running.get(extension);
    const seats = new Map<string, Seat>();
    for (const { member, ...memberKey } of members) {
      const key = keyOf(memberKey);
      if (before?.seats.has(key) === true || this.#pausesToUndo.has(key) || !this.#isPaused(key, member)) {
        seats.set(key, { ...memberKey, isSeen: false });
      }
    }
    if (before !== undefined) {
      for (const key of seats.keys()) before.seats.delete(key);
      this.#end(before, at);
    }
    if (seats.size === 0) return false;
    this.#running.set(extension, {
      extension,
      leg,
      startedAt: at,
      until: at + this.#settings().pausetimeMax * 1000,
      seats,
    });
    for (const [key, seat] of seats) {
      this.#pausesToUndo.delete(key);
      // A member that is paused already is paused again, so that Asterisk's LastPause is of this work.
      this.#pauseSeat(seat);
    }
    return true;
  }

  /** Whether a member will be paused once all that is pending is done. */
  #isPaused(key: string, { paused }: Member): boolean {
    return this.#pendingPauses.underWay(key)?.paused ?? paused;
  }

  /** A QueueMemberPause: what we asked for, or somebody else's doing. */
  #paused(queue: string, member: Member, now: number): void {
    const memberKey = { queue, interface: member.interface };
    const key = keyOf(memberKey);
    const wrapup = this.#wrapupAt(key);
    const seat = wrapup?.seats.get(key);
    if (this.#pendingPauses.take(key, member)) {
      if (seat !== undefined && member.paused) seat.isSeen = true;
      return;
    }
    const underWay = this.#pendingPauses.underWay(key);
    const isCalledOurs = member.paused && member.pausedReason === wrapUpReason;
    if (isCalledOurs && this.#pendingPauses.takeLost(key)) {
      if (seat !== undefined) seat.isSeen = true;
      else this.#undoAt(memberKey, now);
      return;
    }
    // Another program's pause with our reason: that program ends it. During our after-call work it could not be told
    // from ours after a restart.
    if (isCalledOurs && seat === undefined) return;
    this.#pausesToUndo.delete(key);
    if (!member.paused) {
      // An agent that is ready in one queue is ready in all; what is pending there would pause them again.
      if (underWay?.paused !== true) wrapup?.seats.delete(key);
      if (wrapup !== undefined) this.#end(wrapup, now, underWay?.paused === true ? now : now + followDelay);
      else if (underWay?.paused === true) this.#ask({ ...memberKey, paused: false });
      return;
    }
    this.#leave(key, now);
    // What is pending would undo the pause, or change its reason.
    if (underWay !== undefined || isCalledOurs) {
      const reason = member.pausedReason === '' || isCalledOurs ? personReason : member.pausedReason;
      this.#ask({ ...memberKey, paused: true, reason });
    }
  }

  #removed(key: string, now: number): void {
    this.#pausesToUndo.delete(key);
    this.#leave(key, now);
    // What is pending would pause an agent that comes back at once.
    const underWay = this.#pendingPauses.underWay(key);
    if (underWay?.paused === true) this.#ask({ queue: underWay.queue, interface: underWay.interface, paused: false });
  }

  /** Compares after-call work with Asterisk's lists. */
  #compare(wrapup: Wrapup, now: number): void {
    let isReady = false;
    for (const [key, seat] of [...wrapup.seats]) {
      // What is pending is newer than the lists.
      if (this.#pendingPauses.underWay(key) !== undefined) continue;
      const member = this.#picture.queues.get(seat.queue)?.members.get(seat.interface);
      if (member === undefined || (member.paused && member.pausedReason !== wrapUpReason)) this.#leave(key, now);
      else if (member.paused) seat.isSeen = true;
      else if (seat.isSeen) {
        // Somebody unpaused them meanwhile.
        isReady = true;
        wrapup.seats.delete(key);
      }
    }
    if (isReady) this.#end(wrapup, now);
    else
      for (const [key, seat] of wrapup.seats) {
        if (!seat.isSeen && this.#pendingPauses.underWay(key) === undefined) this.#pauseSeat(seat);
      }
  }

  /** We no longer pause this member; after-call work ends with its last one. */
  #leave(key: string, now: number): void {
    const wrapup = this.#wrapupAt(key);
    if (wrapup?.seats.delete(key) === true && wrapup.seats.size === 0) this.#end(wrapup, now);
  }

  /** After-call work ended `at` this moment; its pauses are undone then, or later. */
  #end(wrapup: Wrapup, at: number, undoneAt = at): void {
    if (this.#running.get(wrapup.extension) !== wrapup) return;
    this.#running.delete(wrapup.extension);
    for (const seat of wrapup.seats.values()) {
      const memberKey = { queue: seat.queue, interface: seat.interface };
      if (this.#isUp && undoneAt === at) this.#ask({ ...memberKey, paused: false });
      else this.#undoAt(memberKey, undoneAt);
    }
    this.#done(wrapup.leg, secondsOf(wrapup, at));
  }

  #endAll(now: number): Decision {
    for (const wrapup of [...this.#running.values()]) this.#end(wrapup, now);
    this.#decision.changes.push(...this.#awaiting.expire(Infinity, () => 0));
    for (const [key, memberKey] of this.#pausesToUndo) this.#pausesToUndo.set(key, { ...memberKey, at: now });
    return this.tick(now);
  }

  #done(leg: Leg, seconds: number): void {
    this.#decision.changes.push(...this.#awaiting.done(leg, seconds));
  }

  #undoAt({ queue, interface: name }: MemberKey, at: number): void {
    const memberKey = { queue, interface: name };
    this.#pausesToUndo.set(keyOf(memberKey), { ...memberKey, at });
  }

  #pauseSeat({ queue, interface: name }: Seat): void {
    this.#ask({ queue, interface: name, paused: true, reason: wrapUpReason });
  }

  #ask(pause: MemberPause): void {
    if (!this.#isUp) return;
    this.#pendingPauses.expect(pause);
    this.#decision.pauses.push(pause);
  }

  #wrapupAt(key: string): Wrapup | undefined {
    for (const wrapup of this.#running.values()) if (wrapup.seats.has(key)) return wrapup;
    return undefined;
  }

  #wrapupOf(leg: Leg): Wrapup | undefined {
    for (const wrapup of this.#running.values()) if (wrapup.leg === leg) return wrapup;
    return undefined;
  }

  #isWrappingUp(leg: Leg): boolean {
    return this.#wrapupOf(leg) !== undefined;
  }

  #soFar(leg: Leg, now: number): number {
    const wrapup = this.#wrapupOf(leg);
    return wrapup === undefined ? 0 : secondsOf(wrapup, now);
  }
}

/** Milliseconds since the moment that Asterisk tells (seconds): 0 if the clock, which is also ours, has just stepped. */
function agoOf(timestamp: string, boxNow: number): number {
  const ago = boxNow - Number(timestamp) * 1000;
  return Math.abs(ago) < longestLag ? Math.max(0, ago) : 0;
}
