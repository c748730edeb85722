import type { AmiMessage } from '../../ami/message.ts';
import type { Emit, Member, Queue } from '../model.ts';
import type { Hint } from '../directory.ts';
import { hintOf, tellStatus } from '../handlers/extensions.ts';
import { memberOf, stateOf } from '../handlers/queues.ts';
import { isSameMember } from '../queue.ts';
import type { ListWindow } from './list-window.ts';
import { keyOf } from './list-window.ts';
import { extensionOn } from '../parties.ts';
import type { State } from '../state.ts';

/** Makes the hints those that ExtensionStateList named. Returns whether one came, went or changed its text. */
export function applyHints(state: State, items: readonly AmiMessage[]): boolean {
  const newer = state.listWindows.hints;
  state.listWindows.hints = undefined;
  const extensions = new Set<string>();
  return state.directory.setHints(
    items.flatMap((item): (readonly [string, Hint])[] => {
      const [exten, hint] = hintOf(item) ?? [];
      if (exten === undefined || hint === undefined) return [];
      if (!extensions.has(exten) && !state.capacity.fits('extensions', extensions.size)) return [];
      extensions.add(exten);
      const told = newer?.get(keyOf(exten, hint.context));
      return [[exten, told?.hint === hint.hint ? told : hint]];
    }),
  );
}

/** Devices have come, gone or changed hands: finds again whose phone each channel is on. */
export function reassignExtensions(state: State): void {
  for (const channel of state.channels.values()) channel.extension = extensionOn(state.directory, channel.name);
}

/** Tells every extension's status that differs from what was told last. `now`: ms epoch. */
export function tellStatuses(state: State, now: number, emit: Emit): void {
  for (const exten of new Set([...state.directory.hints.keys(), ...state.toldStatus.keys()])) {
    tellStatus(state, exten, (now / 1000).toFixed(6), emit);
  }
}

/**
 * Makes the queues and their members those that QueueStatus named: all queues, or `only` one. Leaves the waiting
 * callers as they are. Tells of the members that are gone. Returns whether a queue or a member came or went.
 */
export function applyQueues(state: State, items: readonly AmiMessage[], only: string | undefined, emit: Emit): boolean {
  const newer = state.listWindows.members;
  state.listWindows.members = undefined;
  const listed = new Map<string, AmiMessage[]>();
  for (const item of items) {
    const name = item.get('Queue');
    if (name === '' || (only !== undefined && name !== only)) continue;
    const members = listed.get(name) ?? [];
    listed.set(name, members);
    if (item.name === 'QueueMember') members.push(item);
  }
  let isNews = false;
  for (const queue of [...state.queues.values()]) {
    if (listed.has(queue.name) || (only !== undefined && queue.name !== only)) continue;
    applyMembers(state, queue, [], undefined, emit);
    state.queues.delete(queue.name);
    if (queue.isListed) isNews = true;
  }
  for (const [name, members] of listed) {
    const queue = state.queue(name);
    if (applyMembers(state, queue, members, newer, emit) || !queue.isListed) isNews = true;
    queue.isListed = true;
  }
  return isNews;
}

/** Makes the members of a queue those of its list. Returns whether one came or went. */
function applyMembers(
  state: State,
  queue: Queue,
  items: readonly AmiMessage[],
  newer: ListWindow<Member> | undefined,
  emit: Emit,
): boolean {
  const before = new Map(queue.members);
  const known = new Set(queue.removed);
  for (const member of before.values()) if (member.isListed) known.add(member.interface);
  queue.members.clear();
  queue.removed.clear();
  for (const item of items) {
    if (!state.capacity.fits('members', queue.members.size)) break;
    const listed = { ...memberOf(item), isListed: true };
    const key = keyOf(queue.name, listed.interface);
    const told = newer?.get(key);
    if (told === undefined && newer?.has(key) === true) continue;
    const member = told === undefined ? listed : { ...listed, ...stateOf(told) };
    const known = before.get(member.interface);
    // Readers of the live state see by the object whether anything is new.
    queue.members.set(member.interface, known !== undefined && isSameMember(known, member) ? known : member);
  }
  for (const [name, member] of before) {
    if (queue.members.has(name)) continue;
    // It logged in after the list was made; the next list will name it.
    const isNewer = !member.isListed && newer?.get(keyOf(queue.name, name)) !== undefined;
    if (isNewer) queue.members.set(name, member);
    else emit({ type: 'member-removed', queue: queue.name, interface: name });
  }
  const listed = [...queue.members.values()].filter(({ isListed }) => isListed);
  return listed.length !== known.size || listed.some((member) => !known.has(member.interface));
}
