import type { AmiMessage } from '../../ami/message.ts';
import type { Emit, Member, MemberState } from '../model.ts';
import { keyOf } from '../resync/list-window.ts';
import type { State, Handler } from '../state.ts';

/** QueueMember of a list names the interface `Location` and the member `Name`; the events say `Interface`, `MemberName`. */
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
  };
}

/** Of a member what changes while it is one. */
export function stateOf({ penalty, paused, pausedReason, lastPause, inCall, status }: MemberState): MemberState {
  return { penalty, paused, pausedReason, lastPause, inCall, status };
}

/** An event does not agree with what was listed of a queue: Asterisk is to be asked again, for all when it is unknown. */
export function queueOutdated(state: State, queue: string, emit: Emit): void {
  const isKnown = state.queues.get(queue)?.isListed === true;
  emit({ type: 'outdated', list: 'queues', ...(isKnown ? { queue } : {}) });
}

/** Whether an event tells of a member what is known of it, but for its state. */
function isSame(known: Member | undefined, told: Member): boolean {
  return known?.name === told.name && known.stateInterface === told.stateInterface;
}

/** A member that logs in. It counts at once; what its interface is, and whether it is true, a list has to say. */
export const memberAdded: Handler = (state, message, _now, emit) => {
  const told = memberOf(message);
  const { name, members } = state.queue(message.get('Queue'));
  state.listWindows.members?.note(keyOf(name, told.interface), told);
  const known = members.get(told.interface);
  const isListed = known?.isListed === true;
  const isRoom = known !== undefined || state.capacity.fits('members', members.size);
  if (isRoom) members.set(told.interface, isListed ? { ...known, ...stateOf(told) } : told);
  if (!isListed || !isSame(known, told)) queueOutdated(state, name, emit);
};

/**
 * QueueMemberStatus, Pause, Penalty, Ringinuse: each carries the whole member, of which only the state is taken. Word of
 * a phone's state may come late, when its member is already gone: that does not bring it back. A member that is not
 * known may be one that `queue reload` brought: there is no other word of it.
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

/** A member that logs out. It is gone at once; a list brings it back when that is not true. */
export const memberRemoved: Handler = (state, message, _now, emit) => {
  const name = message.get('Interface');
  const queue = message.get('Queue');
  state.listWindows.members?.note(keyOf(queue, name), undefined);
  const known = state.queues.get(queue);
  if (known?.members.get(name)?.isListed === true) known.removed.add(name);
  known?.members.delete(name);
  emit({ type: 'member-removed', queue, interface: name });
  queueOutdated(state, queue, emit);
};
