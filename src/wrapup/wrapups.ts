import type { MemberPause, MemberKey } from '../control/member-pause.ts';
import { personReason, wrapUpReason } from '../control/member-pause.ts';
import type { CallerPath, Change, Leg, Member } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import { PendingPauses, keyOf } from './pending-pauses.ts';
import { AwaitingWrapup } from './awaiting-wrapup.ts';
import type { Seat, Wrapup } from './wrapup.ts';
import { answererOf, secondsOf } from './wrapup.ts';

/** api.conf `[enable]` (contract §1): whether there is after-call work, and for how many seconds at most. */
export interface WrapupSettings {
  readonly pausetime: boolean;
  readonly pausetimeMax: number;
}

/** What is to be asked of Asterisk, in this order, and what is to be told. */
export interface Decision {
  readonly pauses: MemberPause[];
  readonly changes: Change[];
}

/** How long (ms) a call that is over waits for its agent, beyond the longest after-call work. */
const longestLag = 5_000;
/**
 * How long (ms) after somebody unpaused an agent in one queue the others follow: programs unpause everywhere and pause
 * again with another reason, all at once, and an unpause of ours must not come in between.
 */
const followDelay = 250;
/** How long (ms) until an unpause that Asterisk did not carry out is asked for again. */
const retryWait = 10_000;

/**
 * After-call work (contract §1.2): decides when which member of which queue is paused and unpaused, and how long each
 * took. Pure: `now` (ms epoch) comes from outside, and what it decides is carried out there.
 */
export class Wrapups {
  private readonly picture: Pick<Picture, 'queues' | 'directory'>;
  private readonly settings: () => WrapupSettings;
  /** By extension. */
  private readonly running = new Map<string, Wrapup>();
  /** Pauses of ours that no after-call work needs any more, and when each is to be undone. */
  private readonly pausesToUndo = new Map<string, MemberKey & { readonly at: number }>();
  private readonly pendingPauses = new PendingPauses();
  private readonly awaiting = new AwaitingWrapup();
  /** Whether Asterisk is there and its queues are known: nothing is asked of it before. */
  private isUp = false;
  private isEnded = false;
  private decision: Decision = { pauses: [], changes: [] };

  constructor(picture: Pick<Picture, 'queues' | 'directory'>, settings: () => WrapupSettings) {
    this.picture = picture;
    this.settings = settings;
  }

  /** Takes what the picture saw; passes it on, but for a `call-over`: that comes as `call-settled`, now or later. */
  take(change: Change, now: number): Decision {
    if (change.type !== 'call-over') this.decision.changes.push(change);
    if (change.type === 'call-over') this.callOver(change.callerPath, now);
    else if (change.type === 'dial-end') this.legOver(change.leg, change.timestamp, now);
    else if (change.type === 'hangup') this.hungUp(change, now);
    else if (change.type === 'member-pause') this.paused(change.queue, change.member, now);
    else if (change.type === 'member-removed') this.removed(keyOf(change), now);
    return this.decided();
  }

  /** Time has passed. */
  tick(now: number): Decision {
    for (const wrapup of [...this.running.values()]) if (wrapup.until <= now) this.end(wrapup, wrapup.until);
    for (const [key, place] of this.isUp ? this.pausesToUndo : []) {
      if (place.at > now) continue;
      this.pausesToUndo.delete(key);
      this.ask({ queue: place.queue, interface: place.interface, paused: false });
    }
    this.decision.changes.push(...this.awaiting.expire(now, (leg) => this.soFar(leg, now)));
    return this.decided();
  }

  /** The moment (ms epoch) at which `tick` has something to do; `Infinity`: never, as things are. */
  get due(): number {
    let due = this.awaiting.due;
    for (const { until } of this.running.values()) due = Math.min(due, until);
    if (this.isUp) for (const { at } of this.pausesToUndo.values()) due = Math.min(due, at);
    return due;
  }

  /** The connection to Asterisk is lost; after-call work goes on. */
  down(): void {
    this.isUp = false;
    this.pendingPauses.giveUpAll();
  }

  /** Asterisk's lists are in the picture: makes its pauses agree with what goes on, and nobody stays paused for ever. */
  resynced(now: number): Decision {
    this.isUp = true;
    for (const wrapup of [...this.running.values()]) this.compare(wrapup, now);
    const { pausetimeMax } = this.settings();
    const before = new Map(this.pausesToUndo);
    this.pausesToUndo.clear();
    for (const queue of this.picture.queues.values()) {
      for (const member of queue.members.values()) {
        const place = { queue: queue.name, interface: member.interface };
        const key = keyOf(place);
        const known = before.get(key);
        const isUnderWay = this.pendingPauses.underWay(key) !== undefined;
        const isOurs = isUnderWay ? known !== undefined : member.paused && member.pausedReason === wrapUpReason;
        if (!isOurs || this.wrapupAt(key) !== undefined) continue;
        // The clock may have stepped: no later than if it had begun now.
        const at = Math.min(member.lastPause * 1000, now) + pausetimeMax * 1000;
        this.pausesToUndo.set(key, { ...place, at: known?.at ?? (this.isOn ? at : now) });
      }
    }
    return this.tick(now);
  }

  /** The configuration was re-read. */
  configured(now: number): Decision {
    return this.isOn ? this.decided() : this.endAll(now);
  }

  /** The daemon stops: all after-call work ends, and every call is settled with what is known. */
  stop(now: number): Decision {
    this.isEnded = true;
    return this.endAll(now);
  }

  /** Asterisk did not do what it was asked: it refused, or nobody knows (`isRefused` false). */
  failed(pause: MemberPause, isRefused: boolean, now: number): Decision {
    const key = keyOf(pause);
    if (!isRefused) {
      this.pendingPauses.giveUp(pause);
      if (!pause.paused && this.wrapupAt(key) === undefined) this.undoAt(pause, now + retryWait);
      return this.decided();
    }
    this.pendingPauses.refused(pause);
    if (pause.paused && pause.reason === wrapUpReason) this.leave(key, now);
    return this.decided();
  }

  private decided(): Decision {
    const { decision } = this;
    this.decision = { pauses: [], changes: [] };
    return decision;
  }

  private get isOn(): boolean {
    return this.settings().pausetime && !this.isEnded;
  }

  private callOver(callerPath: CallerPath, now: number): void {
    const { agentLeg: leg } = callerPath;
    // Without after-call work to come there is nothing to wait for.
    if (!this.isOn && leg !== undefined && !this.isWrappingUp(leg) && !this.awaiting.isDone(leg)) this.done(leg, 0);
    this.decision.changes.push(...this.awaiting.over(callerPath, now + this.settings().pausetimeMax * 1000 + longestLag));
  }

  /** Nobody is told of a leg that began while AMI was away, nor of its end. */
  private hungUp({ channel, timestamp }: Extract<Change, { type: 'hangup' }>, now: number): void {
    const leg = channel.call.legs.findLast(({ destUniqueid }) => destUniqueid === channel.uniqueid);
    if (leg?.isHidden === true) this.legOver(leg, timestamp, now);
  }

  /** A leg is over: after-call work begins when a member of a queue had answered it. */
  private legOver(leg: Leg, timestamp: string, now: number): void {
    if (this.awaiting.isDone(leg) || this.isWrappingUp(leg)) return;
    const told = Number(timestamp) * 1000;
    // Asterisk's time and ours are of one clock, unless it has just stepped.
    const at = Math.abs(now - told) < longestLag ? Math.min(told, now) : now;
    // Nobody called an originated phone: it was its own wish to call (click-to-dial).
    if (leg.answeredAt === undefined || leg.source === undefined || !this.isOn || !this.begin(leg, at)) {
      this.done(leg, 0);
    }
  }

  private begin(leg: Leg, at: number): boolean {
    const { extension, seatKeys: places } = answererOf(leg, this.picture);
    const before = this.running.get(extension);
    const seats = new Map<string, Seat>();
    for (const { member, ...place } of places) {
      const key = keyOf(place);
      if (before?.seats.has(key) === true || this.pausesToUndo.has(key) || !this.isPaused(key, member)) {
        seats.set(key, { ...place, isSeen: false });
      }
    }
    if (before !== undefined) {
      for (const key of seats.keys()) before.seats.delete(key);
      this.end(before, at);
    }
    if (seats.size === 0) return false;
    this.running.set(extension, {
      extension,
      leg,
      startedAt: at,
      until: at + this.settings().pausetimeMax * 1000,
      seats,
    });
    for (const [key, seat] of seats) {
      this.pausesToUndo.delete(key);
      // Who is paused already is so once more, so that Asterisk's LastPause is of this one.
      this.pauseSeat(seat);
    }
    return true;
  }

  /** Whether a member is paused once all that is on its way has been done. */
  private isPaused(key: string, { paused }: Member): boolean {
    return this.pendingPauses.underWay(key)?.paused ?? paused;
  }

  /** A QueueMemberPause: the echo of what we asked for, or somebody else's doing. */
  private paused(queue: string, member: Member, now: number): void {
    const place = { queue, interface: member.interface };
    const key = keyOf(place);
    const wrapup = this.wrapupAt(key);
    const seat = wrapup?.seats.get(key);
    if (this.pendingPauses.take(key, member)) {
      if (seat !== undefined && member.paused) seat.isSeen = true;
      return;
    }
    const underWay = this.pendingPauses.underWay(key);
    const isCalledOurs = member.paused && member.pausedReason === wrapUpReason;
    if (isCalledOurs && this.pendingPauses.takeLost(key)) {
      if (seat !== undefined) seat.isSeen = true;
      else this.undoAt(place, now);
      return;
    }
    // A pause that is called ours and is none: another program's, which ends it by itself. In after-call work of ours
    // it could not be told from ours after a restart.
    if (isCalledOurs && seat === undefined) return;
    this.pausesToUndo.delete(key);
    if (!member.paused) {
      // Who is ready in one queue is ready; what is on its way there would pause them again.
      if (underWay?.paused !== true) wrapup?.seats.delete(key);
      if (wrapup !== undefined) this.end(wrapup, now, underWay?.paused === true ? now : now + followDelay);
      else if (underWay?.paused === true) this.ask({ ...place, paused: false });
      return;
    }
    this.leave(key, now);
    // What is on its way would undo the pause, or rename it.
    if (underWay !== undefined || isCalledOurs) {
      const reason = member.pausedReason === '' || isCalledOurs ? personReason : member.pausedReason;
      this.ask({ ...place, paused: true, reason });
    }
  }

  private removed(key: string, now: number): void {
    this.pausesToUndo.delete(key);
    this.leave(key, now);
    // What is on its way would pause who comes back at once.
    const underWay = this.pendingPauses.underWay(key);
    if (underWay?.paused === true) this.ask({ queue: underWay.queue, interface: underWay.interface, paused: false });
  }

  /** Compares one with what Asterisk's lists say. */
  private compare(wrapup: Wrapup, now: number): void {
    let isReady = false;
    for (const [key, seat] of [...wrapup.seats]) {
      // Newer than the lists.
      if (this.pendingPauses.underWay(key) !== undefined) continue;
      const member = this.picture.queues.get(seat.queue)?.members.get(seat.interface);
      if (member === undefined || (member.paused && member.pausedReason !== wrapUpReason)) this.leave(key, now);
      else if (member.paused) seat.isSeen = true;
      else if (seat.isSeen) {
        // Somebody unpaused them meanwhile.
        isReady = true;
        wrapup.seats.delete(key);
      }
    }
    if (isReady) this.end(wrapup, now);
    else
      for (const [key, seat] of wrapup.seats) {
        if (!seat.isSeen && this.pendingPauses.underWay(key) === undefined) this.pauseSeat(seat);
      }
  }

  /** A queue is none of ours any more; after-call work ends with its last one. */
  private leave(key: string, now: number): void {
    const wrapup = this.wrapupAt(key);
    if (wrapup?.seats.delete(key) === true && wrapup.seats.size === 0) this.end(wrapup, now);
  }

  /** Over since `at`; its pauses are undone then, or later. */
  private end(wrapup: Wrapup, at: number, undoneAt = at): void {
    if (this.running.get(wrapup.extension) !== wrapup) return;
    this.running.delete(wrapup.extension);
    for (const seat of wrapup.seats.values()) {
      const place = { queue: seat.queue, interface: seat.interface };
      if (this.isUp && undoneAt === at) this.ask({ ...place, paused: false });
      else this.undoAt(place, undoneAt);
    }
    this.done(wrapup.leg, secondsOf(wrapup, at));
  }

  private endAll(now: number): Decision {
    for (const wrapup of [...this.running.values()]) this.end(wrapup, now);
    this.decision.changes.push(...this.awaiting.expire(Infinity, () => 0));
    for (const [key, place] of this.pausesToUndo) this.pausesToUndo.set(key, { ...place, at: now });
    return this.tick(now);
  }

  private done(leg: Leg, seconds: number): void {
    this.decision.changes.push(...this.awaiting.done(leg, seconds));
  }

  private undoAt({ queue, interface: name }: MemberKey, at: number): void {
    const place = { queue, interface: name };
    this.pausesToUndo.set(keyOf(place), { ...place, at });
  }

  private pauseSeat({ queue, interface: name }: Seat): void {
    this.ask({ queue, interface: name, paused: true, reason: wrapUpReason });
  }

  private ask(pause: MemberPause): void {
    if (!this.isUp) return;
    this.pendingPauses.expect(pause);
    this.decision.pauses.push(pause);
  }

  private wrapupAt(key: string): Wrapup | undefined {
    for (const wrapup of this.running.values()) if (wrapup.seats.has(key)) return wrapup;
    return undefined;
  }

  private wrapupOf(leg: Leg): Wrapup | undefined {
    for (const wrapup of this.running.values()) if (wrapup.leg === leg) return wrapup;
    return undefined;
  }

  private isWrappingUp(leg: Leg): boolean {
    return this.wrapupOf(leg) !== undefined;
  }

  private soFar(leg: Leg, now: number): number {
    const wrapup = this.wrapupOf(leg);
    return wrapup === undefined ? 0 : secondsOf(wrapup, now);
  }
}
