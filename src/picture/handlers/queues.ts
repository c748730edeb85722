import type { AmiMessage } from '../../ami/message.ts';
import type { Member, Queue } from '../queue.ts';
import type { State } from '../state.ts';
import type { Handler } from './handler.ts';

/** QueueMember of a list names the interface `Location` and the member `Name`; the events say `Interface`, `MemberName`. */
export function memberOf(message: AmiMessage): Member {
  const location = message.get('Location');
  return {
    interface: location === '' ? message.get('Interface') : location,
    name: location === '' ? message.get('MemberName') : message.get('Name'),
    stateInterface: message.get('StateInterface'),
    membership: message.get('Membership'),
    penalty: message.get('Penalty'),
    paused: message.get('Paused') === '1',
    pausedReason: message.get('PausedReason'),
    lastPause: Number(message.get('LastPause')),
    inCall: message.get('InCall') === '1',
    status: Number(message.get('Status')),
  };
}

/** Puts a member into a queue, or what is new of it. */
export function addMember(state: State, { members }: Queue, member: Member): void {
  if (members.has(member.interface) || state.room.isFree('members', members.size))
    members.set(member.interface, member);
}

/** QueueMemberAdded, Status, Pause, Penalty, Ringinuse: each carries the whole member. */
export const memberAdded: Handler = (state, message) => {
  const member = memberOf(message);
  addMember(state, state.queue(message.get('Queue')), member);
};

/** Word of a phone's state may come late, when its member is already gone: that does not bring it back. */
export const memberChanged: Handler = (state, message, now, emit) => {
  const members = state.queues.get(message.get('Queue'))?.members;
  if (members?.has(message.get('Interface')) === true) memberAdded(state, message, now, emit);
};

export const memberPaused: Handler = (state, message, now, emit) => {
  memberChanged(state, message, now, emit);
  emit({ type: 'member-pause', queue: message.get('Queue'), member: memberOf(message) });
};

export const memberRemoved: Handler = (state, message, _now, emit) => {
  const queue = message.get('Queue');
  state.queue(queue).members.delete(message.get('Interface'));
  emit({ type: 'member-removed', queue, interface: message.get('Interface') });
};
