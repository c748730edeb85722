import type { AmiMessage } from '../../ami/message.ts';
import type { Call, CallerPath, Emit, Leg, QueueVisit } from '../model.ts';
import { extensionOfMember, joinLine } from '../queue.ts';
import { callerBehind } from '../local-channels.ts';
import { deviceOf } from '../channel-name.ts';
import { enter, callerPathOf, pathOfCaller, openQueueVisit, leaveQueue } from '../caller-path.ts';
import type { State, Handler } from '../state.ts';
import { momentOf } from '../time.ts';
import { queueOutdated } from './queues.ts';
import { tellMenu } from './menus.ts';

/** The caller path that an event of app_queue is about. */
function callerPathIn(state: State, message: AmiMessage, at: number): CallerPath | undefined {
  const channel = state.channels.get(message.get('Uniqueid'));
  return channel === undefined ? undefined : callerPathOf(callerBehind(state, channel), at);
}

/** Notes that lists on their way are older than what is now known of this caller. */
function noteStep({ resyncWindow: window }: State, message: AmiMessage, { callerChannel }: CallerPath): void {
  window?.stepped.add(message.get('Uniqueid')).add(callerChannel.uniqueid);
}

/** The caller came to a queue. `at`: ms epoch. */
export function beginVisit(callerPath: CallerPath, queue: string, at: number, emit: Emit): QueueVisit {
  tellMenu(callerPath, queue, at, emit);
  callerPath.enteringQueue = undefined;
  const visit: QueueVisit = {
    queue,
    joinedAt: at,
    leftAt: undefined,
    answeredAt: undefined,
    status: '',
    hadMembers: false,
  };
  callerPath.queues.push(visit);
  enter(callerPath, 'queue', at);
  return visit;
}

/** A caller waits in a queue, or no longer does. An unknown queue may be one that `queue reload` brought. */
export const noteWaiting: Handler = (state, message, now, emit) => {
  const name = message.get('Queue');
  if (message.name !== 'QueueCallerJoin') {
    state.queues.get(name)?.waiting.delete(message.get('Uniqueid'));
    return;
  }
  const queue = state.queue(name);
  joinLine(queue, message.get('Uniqueid'), momentOf(message, now), Number(message.get('Position')));
  if (!queue.isListed) queueOutdated(state, name, emit);
};

export const callerJoined: Handler = (state, message, now, emit) => {
  noteWaiting(state, message, now, emit);
  const at = momentOf(message, now);
  const queue = message.get('Queue');
  const callerPath = callerPathIn(state, message, at);
  if (callerPath === undefined) return;
  noteStep(state, message, callerPath);
  callerPath.enteringQueue = undefined;
  const open = openQueueVisit(callerPath);
  // A list that came before this event named the caller as waiting there.
  if (open?.queue === queue) return;
  if (open !== undefined) {
    // The caller left it unseen.
    callerPath.call.incomplete = true;
    leaveQueue(state, callerPath, at);
  }
  beginVisit(callerPath, queue, at, emit);
};

/** QueueCallerLeave, and before it QueueCallerAbandon. A time-out sends that too, so it does not tell who hung up. */
export const callerLeft: Handler = (state, message, now, emit) => {
  noteWaiting(state, message, now, emit);
  const at = momentOf(message, now);
  const callerPath = callerPathIn(state, message, at);
  if (callerPath === undefined || openQueueVisit(callerPath)?.queue !== message.get('Queue')) return;
  noteStep(state, message, callerPath);
  leaveQueue(state, callerPath, at);
};

/** The extension of a member; if it has none, the interface without its technology. */
function agentOf(state: State, message: AmiMessage): string {
  const name = message.get('Interface');
  const member = state.queues.get(message.get('Queue'))?.members.get(name);
  const extension = extensionOfMember(state.directory, member ?? { interface: name, stateInterface: '' });
  return extension === '' ? name.slice(name.indexOf('/') + 1) : extension;
}

export const agentCalled: Handler = (state, message, now, emit) => {
  const queue = message.get('Queue');
  if (state.queues.get(queue)?.members.has(message.get('Interface')) !== true) queueOutdated(state, queue, emit);
  const callerPath = callerPathIn(state, message, momentOf(message, now));
  if (callerPath === undefined) return;
  // The phone's own channel, which may be behind this one, tells whether it rings.
  const uniqueid = message.get('DestUniqueid');
  const rung = state.channels.get(uniqueid);
  const member = agentOf(state, message);
  if (rung !== undefined) rung.member = member;
  const leg = state.legs.get(uniqueid);
  if (leg === undefined) return;
  leg.member = member;
  if (leg.rang && !leg.isHidden) callerPath.lastRung ??= leg;
};

/**
 * The answered leg of a member's phone. The phone may be behind a Local channel that the queue rang, or of another
 * call: of someone who consulted the queue and transferred their place in it to the caller.
 */
export function answeredLeg(state: State, call: Call, uniqueid: string, extension: string): Leg | undefined {
  const rung = state.legs.get(uniqueid);
  if (rung?.answeredAt !== undefined && !rung.isHidden) return rung;
  // Behind a Local channel that was rung for another call, the phone belongs to that call too.
  const legs = rung === undefined || rung.call === call ? call.legs : [...call.legs, ...rung.call.legs];
  const answered = legs.filter((leg) => leg.answeredAt !== undefined && leg.source !== undefined);
  return (
    answered.findLast((leg) => leg.destUniqueid === uniqueid) ??
    answered.findLast((leg) => state.directory.extensionOf(deviceOf(leg.destName)) === extension) ??
    answered.at(-1)
  );
}

export const agentConnect: Handler = (state, message, now) => {
  const at = momentOf(message, now);
  const callerPath = callerPathIn(state, message, at);
  const visit = callerPath?.queues.findLast(({ queue }) => queue === message.get('Queue'));
  if (callerPath === undefined || visit === undefined) return;
  noteStep(state, message, callerPath);
  visit.answeredAt = at;
  callerPath.agent = agentOf(state, message);
  callerPath.agentLeg = answeredLeg(state, callerPath.call, message.get('DestUniqueid'), callerPath.agent);
};

/**
 * QUEUESTATUS: why Queue() ended without an answer. Nothing else tells of a queue that refuses, since there was no
 * join.
 */
export function noteStatus(state: State, message: AmiMessage, now: number, emit: Emit): void {
  const channel = state.channels.get(message.get('Uniqueid'));
  const status = message.get('Value').toLowerCase();
  const callerPath = channel === undefined ? undefined : pathOfCaller(callerBehind(state, channel));
  // CONTINUE: a member was there, and has hung up.
  if (callerPath === undefined || status === '' || status === 'continue') return;
  if (callerPath.callerChannel.hasConnected) return;
  const at = momentOf(message, now);
  if (callerPath.enteringQueue !== undefined) {
    beginVisit(callerPath, callerPath.enteringQueue, at, emit);
    leaveQueue(state, callerPath, at);
  }
  const visit = callerPath.queues.at(-1);
  if (visit !== undefined) visit.status = status;
}
