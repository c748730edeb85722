import type { MemberPause } from '../../src/control/member-pause.ts';
import type { CallerPath, Change, Channel, Leg, Member, Queue } from '../../src/picture/model.ts';
import { newCall } from '../../src/picture/call.ts';
import { Directory } from '../../src/picture/directory.ts';
import { newQueue } from '../../src/picture/queue.ts';
import type { Decision } from '../../src/wrapup/wrapups.ts';
import { Wrapups } from '../../src/wrapup/wrapups.ts';

/** QueueMemberAdded changes the picture and is no change that anybody is told. */
interface Added {
  readonly type: 'member-added';
  readonly queue: string;
  readonly member: Member;
}
type Event = Extract<Change, { type: 'member-pause' | 'member-removed' }> | Added;

/** A directory that knows the phones 800 to 805 of PJSIP. */
export function directory(): Directory {
  const own = new Directory({ extensions: new Map(), trunks: ['PJSIP/trunk'], internal: [] });
  const names = ['800', '801', '802', '803', '804', '805'];
  own.setEndpoints(names.map((name) => ({ technology: 'PJSIP', name, address: 'registers' })));
  return own;
}

let legs = 0;

/** An answered leg that rang a phone; `source: undefined` is one that Asterisk was asked to ring. */
export function legOf(extension: string, over: Partial<Leg> = {}): Leg {
  const id = String(++legs);
  const call = newCall(id, 0);
  const leg: Partial<Leg> = {
    call,
    source: channelOf(call, `PJSIP/trunk-${id}`),
    sourceName: `PJSIP/trunk-${id}`,
    caller: { num: '85322361', name: '' },
    destUniqueid: `${id}.1`,
    destName: `PJSIP/${extension}-${id}`,
    callee: { num: extension, name: '' },
    dialString: extension,
    beganAt: 0,
    answeredAt: 1,
    fallbackStatus: undefined,
    channelLostAt: undefined,
    isAdopted: false,
    isHidden: false,
    ...over,
  };
  // What legs hold besides is none of this test's business.
  return leg as Leg;
}

/** A live channel of a call. */
export function channelOf(call: Leg['call'], name: string, uniqueid = call.id): Channel {
  const channel: Partial<Channel> = { name, uniqueid, linkedid: call.id, call, isInternal: false };
  return channel as Channel;
}

/** The way of a caller whose agent was reached by that leg. */
export function callerPathOf(agentLeg: Leg | undefined, agent = agentLeg?.callee.num ?? ''): CallerPath {
  const call = agentLeg?.call ?? newCall('none', 0);
  const callerPath: Partial<CallerPath> = { call, callerChannel: channelOf(call, 'PJSIP/trunk-1'), agent, agentLeg };
  return callerPath as CallerPath;
}

/**
 * An Asterisk with queues, and the after-call work of a daemon beside it, in a time of their own. Actions and events
 * are under way until they are delivered: whoever does something meanwhile does it in between.
 */
export class World {
  /** ms, monotonic, and ms epoch as long as the box's clock has not stepped. */
  now = 1_800_000_000_000;
  /** ms by which the box's clock, which is also Asterisk's, has stepped. */
  stepped = 0;
  settings = { pausetime: true, pausetimeMax: 30 };
  /** What was settled, and when. */
  readonly settled: { readonly callerPath: CallerPath; readonly pauseTime: number; readonly at: number }[] = [];
  /** Every pause that was asked of Asterisk, in words. */
  readonly asked: string[] = [];
  /** Asterisk's own state. */
  readonly queues = new Map<string, Map<string, Member>>();
  readonly actions: MemberPause[] = [];
  readonly events: Event[] = [];
  readonly directory = directory();
  /** What the daemon knows. */
  readonly known = new Map<string, Queue>();
  isConnected = false;
  /** Told of every pause that the daemon asks for. */
  onAsked: ((pause: MemberPause) => void) | undefined;
  /** Told of every pause that Asterisk carries out for the daemon. */
  onCarriedOut: ((pause: MemberPause) => void) | undefined;
  wrapups = this.#newWrapups();

  constructor(...members: readonly (readonly [queue: string, device: string])[]) {
    for (const [queue, device] of members) this.login(queue, device);
    this.connect();
  }

  #newWrapups(): Wrapups {
    return new Wrapups({ queues: this.known, directory: this.directory }, () => this.settings);
  }

  member(queue: string, device: string): Member | undefined {
    return this.queues.get(queue)?.get(device);
  }

  /** `wrap-up`, another reason, `?` for a pause without one, `''` when it is not paused. */
  pauseOf(queue: string, device: string): string {
    const member = this.member(queue, device);
    return member?.paused !== true ? '' : member.pausedReason === '' ? '?' : member.pausedReason;
  }

  login(queue: string, device: string, stateInterface = ''): void {
    const member: Member = {
      interface: device,
      name: device,
      stateInterface,
      membership: 'dynamic',
      isListed: true,
      penalty: '0',
      paused: false,
      pausedReason: '',
      lastPause: 0,
      inCall: false,
      status: 1,
      callsTaken: 0,
      lastCall: 0,
    };
    const members = this.queues.get(queue) ?? new Map<string, Member>();
    this.queues.set(queue, members);
    if (members.has(device)) return;
    members.set(device, member);
    if (this.isConnected) this.events.push({ type: 'member-added', queue, member });
  }

  logout(queue: string, device: string): void {
    if (this.queues.get(queue)?.delete(device) !== true) return;
    if (this.isConnected) this.events.push({ type: 'member-removed', queue, interface: device });
  }

  /** Somebody pauses or unpauses a member; false: there is none. As Asterisk does: a pause without a reason clears it. */
  pause(queue: string, device: string, paused: boolean, reason = ''): boolean {
    const members = this.queues.get(queue);
    const before = members?.get(device);
    if (members === undefined || before === undefined) return false;
    const lastPause = paused ? Math.floor((this.now + this.stepped) / 1000) : before.lastPause;
    const member: Member = { ...before, paused, pausedReason: paused ? reason : '', lastPause };
    members.set(device, member);
    if (this.isConnected) this.events.push({ type: 'member-pause', queue, member });
    return true;
  }

  /** Asterisk carries out the oldest action. */
  carryOut(): void {
    const pause = this.actions.shift();
    if (pause === undefined) return;
    const isDone = this.pause(pause.queue, pause.interface, pause.paused, pause.paused ? pause.reason : '');
    if (isDone) this.onCarriedOut?.(pause);
    else this.follow(this.wrapups.failed(pause, true, this.now));
  }

  /** The daemon reads the oldest event. */
  read(): void {
    const event = this.events.shift();
    if (event === undefined) return;
    const { members } = this.#knownQueue(event.queue);
    if (event.type === 'member-removed') members.delete(event.interface);
    else members.set(event.member.interface, event.member);
    if (event.type !== 'member-added') this.take(event);
  }

  /** Nothing is under way. */
  get isIdle(): boolean {
    return this.actions.length + this.events.length === 0;
  }

  /** Everything under way arrives. */
  flush(): void {
    while (!this.isIdle) {
      while (this.actions.length > 0) this.carryOut();
      this.read();
    }
  }

  take(change: Change): void {
    this.follow(this.wrapups.take(change, this.now, this.now + this.stepped));
  }

  follow({ pauses, changes }: Decision): void {
    for (const pause of pauses) {
      this.asked.push(`${pause.paused ? pause.reason : 'unpause'} ${pause.queue} ${pause.interface}`);
      this.onAsked?.(pause);
      this.actions.push(pause);
    }
    for (const change of changes) {
      if (change.type === 'call-settled') this.settled.push({ ...change, at: this.now });
    }
  }

  /** What was asked since this was last asked for. */
  said(): string[] {
    return this.asked.splice(0).sort();
  }

  legEnds(leg: Leg): void {
    this.take({ type: 'dial-end', timestamp: ((this.now + this.stepped) / 1000).toFixed(6), leg, status: 'hangup' });
  }

  /** A call was answered by this extension and ends now, for both. */
  call(extension: string): Leg {
    const leg = legOf(extension);
    this.legEnds(leg);
    this.flush();
    return leg;
  }

  callOver(callerPath: CallerPath): void {
    this.take({ type: 'call-over', callerPath });
  }

  /** Time passes; what falls due meanwhile is done in its moment. */
  pass(seconds: number): void {
    const until = this.now + seconds * 1000;
    this.flush();
    while (this.wrapups.due <= until) {
      this.now = Math.max(this.now, this.wrapups.due);
      this.follow(this.wrapups.tick(this.now));
      this.flush();
    }
    this.now = until;
  }

  /** The connection breaks; `carriedOut` of the actions under way are done all the same. */
  cut(carriedOut = 0): void {
    this.isConnected = false;
    this.wrapups.down();
    for (const pause of this.actions.splice(0).slice(0, carriedOut)) {
      if (this.pause(pause.queue, pause.interface, pause.paused, pause.paused ? pause.reason : '')) {
        this.onCarriedOut?.(pause);
      }
    }
    this.events.length = 0;
  }

  /** The connection is back, and so are the lists. */
  connect(): void {
    this.isConnected = true;
    this.known.clear();
    for (const [queue, members] of this.queues) this.#knownQueue(queue, new Map(members));
    this.follow(this.wrapups.resynced(this.now, this.now + this.stepped));
  }

  /** Asterisk is started anew: members stay, with their pauses, since when it does not know. */
  restartAsterisk(): void {
    this.cut();
    for (const members of this.queues.values()) {
      for (const [device, member] of members) {
        members.set(device, { ...member, lastPause: member.paused ? Math.floor((this.now + this.stepped) / 1000) : 0 });
      }
    }
  }

  /** The daemon dies and another one starts. */
  restartDaemon(): void {
    this.actions.length = 0;
    this.events.length = 0;
    this.wrapups = this.#newWrapups();
    this.connect();
  }

  #knownQueue(name: string, members?: Map<string, Member>): Queue {
    let queue = this.known.get(name);
    if (queue === undefined) this.known.set(name, (queue = { ...newQueue(name), ...(members && { members }) }));
    return queue;
  }
}
