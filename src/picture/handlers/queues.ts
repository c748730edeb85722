import type { AmiMessage } from '../../ami/message.ts';
import type { Emit, Member, MemberState } from '../model.ts';
import { agentOfMember } from '../queue.ts';
import { timestampOf } from '../time.ts';
import { keyOf } from '../resync/list-window.ts';
import type { State, Handler } from '../state.ts';

/**
 * A list's QueueMember has the interface in `Location` and the name in `Name`; events have `Interface`, `MemberName`.
 */
export function memberOf(message: AmiMessage): Member {
  const location = message.get('Location');
  return {
    interface: location === '' ? message.get('Interface') : location,
    name: location === '' ? message.get('MemberName') : message.get('Name'),
    stateInterface: message.get('StateInterface'),
    membership: message.get('Membership'),
    isListed: false,
    penalty: message.get('Penalty'),
    paused: message.get('Paused') === '1',
    pausedReason: message.get('PausedReason'),
    lastPause: Number(message.get('LastPause')),
    inCall: message.get('InCall') === '1',
    status: Number(message.get('Status')),
    callsTaken: Number(message.get('CallsTaken')),
    lastCall: Number(message.get('LastCall')),
  };
}

/** The part of a member that changes while it is one. */
export function stateOf(member: MemberState): MemberState {
  const { penalty, paused, pausedReason, lastPause, inCall, status, callsTaken, lastCall } = member;
  return { penalty, paused, pausedReason, lastPause, inCall, status, callsTaken, lastCall };
}

/**
 * An event contradicts what was listed of a queue: ask for its list again, or for all lists if the queue is unknown.
 */
export function queueOutdated(state: State, queue: string, emit: Emit): void {
  const isKnown = state.queues.get(queue)?.isListed === true;
  emit({ type: 'outdated', list: 'queues', ...(isKnown ? { queue } : {}) });
}

/** Whether an event agrees with what is known of a member, its state aside. */
function isSame(known: Member | undefined, told: Member): boolean {
  return known?.name === told.name && known.stateInterface === told.stateInterface;
}

function tellAgent(
  type: 'agent-login' | 'agent-logoff',
  state: State,
  message: AmiMessage,
  now: number,
  emit: Emit,
): void {
  if (!state.tellsAsterisk) return;
  const member = memberOf(message);
  const agent = agentOfMember(state.directory, member);
  emit({ type, timestamp: timestampOf(message, now), queue: message.get('Queue'), member, agent });
}

/** A member logs in. It counts at once; a list has to confirm it and its interface. */
export const memberAdded: Handler = (state, message, now, emit) => {
  const told = memberOf(message);
  tellAgent('agent-login', state, message, now, emit);
  const { name, members } = state.queue(message.get('Queue'));
  state.listWindows.members?.note(keyOf(name, told.interface), told);
  const known = members.get(told.interface);
  const isListed = known?.isListed === true;
  const isRoom = known !== undefined || state.capacity.fits('members', members.size);
  if (isRoom) members.set(told.interface, isListed ? { ...known, ...stateOf(told) } : told);
  if (!isListed || !isSame(known, told)) queueOutdated(state, name, emit);
};

/**
 * QueueMemberStatus, Pause, Penalty, Ringinuse: each carries the whole member, and only its state is taken. A phone's
 * state may be told late, after its member was removed: that does not bring the member back. An unknown member may be
 * one that `queue reload` brought, which no other event tells.
 */
export const memberChanged: Handler = (state, message, _now, emit) => {
  const told = memberOf(message);
  const queue = message.get('Queue');
  const key = keyOf(queue, told.interface);
  const { members: newer } = state.listWindows;
  if (newer?.has(key) !== true || newer.get(key) !== undefined) newer?.note(key, told);
  const members = state.queues.get(queue)?.members;
  const known = members?.get(told.interface);
  if (!isSame(known, told)) queueOutdated(state, queue, emit);
  if (known !== undefined) members?.set(told.interface, { ...known, ...stateOf(told) });
};

export const memberPaused: Handler = (state, message, now, emit) => {
  memberChanged(state, message, now, emit);
  emit({ type: 'member-pause', queue: message.get('Queue'), member: memberOf(message) });
};

/** A member logs out. It is gone at once; a list brings it back if the event was not true. */
export const memberRemoved: Handler = (state, message, now, emit) => {
  tellAgent('agent-logoff', state, message, now, emit);
  const name = message.get('Interface');
  const queue = message.get('Queue');
  state.listWindows.members?.note(keyOf(queue, name), undefined);
  const known = state.queues.get(queue);
  if (known?.members.get(name)?.isListed === true) known.removed.add(name);
  known?.members.delete(name);
  emit({ type: 'member-removed', queue, interface: name });
  queueOutdated(state, queue, emit);
};
