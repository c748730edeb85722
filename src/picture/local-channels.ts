import { isFirstOf } from './call.ts';
import type { CallerPath, Channel } from './model.ts';
import { partyOf } from './parties.ts';
import type { State } from './state.ts';

/**
 * People are on channels of their own; a Local channel stands between them as two halves, `…;1` and `…;2`. This file
 * tells who stands behind a half.
 */

/** The other half of a Local channel: `…;1` ↔ `…;2`. */
export function otherHalf(state: State, channel: Channel): Channel | undefined {
  const end = channel.name.slice(-2);
  if (end !== ';1' && end !== ';2') return undefined;
  const name = channel.name.slice(0, -1) + (end === ';1' ? '2' : '1');
  for (const other of state.liveChannels(channel.call)) if (other.name === name) return other;
  for (const other of state.channels.values()) if (other.name === name) return other;
  return undefined;
}

/** The people on the other side of a channel's bridge, seen through Local channels. */
export function peersOf(state: State, channel: Channel, seen = new Set<Channel>([channel])): Channel[] {
  if (channel.bridge === '' || channel.isApart) return [];
  const peers: Channel[] = [];
  for (const other of state.channels.values()) {
    if (other.bridge !== channel.bridge || seen.has(other)) continue;
    seen.add(other);
    const half = otherHalf(state, other);
    if (half !== undefined) {
      seen.add(half);
      peers.push(...peersOf(state, half, seen));
    } else if (!other.isInternal) peers.push(other);
  }
  return peers;
}

/** The people behind a half of a Local channel: those that its other half is in a bridge with. */
export function peopleBehind(state: State, half: Channel): Channel[] {
  const other = otherHalf(state, half);
  return other === undefined ? [] : peersOf(state, other);
}

/** The people that an event of this channel is about: its own, or for a half of a Local channel those behind it. */
export function peopleOf(state: State, channel: Channel): Channel[] {
  const other = otherHalf(state, channel);
  return other === undefined ? [channel] : peersOf(state, other);
}

/** Everybody that is heard where this channel is, itself included if a person holds it. */
export function everybodyWith(state: State, channel: Channel): Set<Channel> {
  const people = new Set(peersOf(state, channel));
  if (!channel.isInternal) return people.add(channel);
  for (const person of peopleBehind(state, channel)) people.add(person);
  return people;
}

/**
 * The caller that a channel takes through the dialplan: itself, or for a half of a Local channel the caller behind it.
 * Asterisk sends a caller to such a half when a queue's Local member transfers them, and such a half runs Queue() when
 * the dialplan rings a queue. Remembered, because the two may be apart again by the next event.
 */
export function callerBehind(state: State, channel: Channel): Channel {
  if (!channel.isInternal || channel.call.callerPath?.callerChannel === channel) return channel;
  channel.callerBehind ??= findCallerBehind(state, channel);
  return channel.callerBehind ?? channel;
}

function findCallerBehind(state: State, channel: Channel): Channel | undefined {
  const half = otherHalf(state, channel);
  if (half === undefined) return undefined;
  const people = peersOf(state, half);
  const callerChannel = channel.call.callerPath?.callerChannel;
  if (callerChannel !== undefined) return people.includes(callerChannel) ? callerChannel : undefined;
  // Someone who consults by Asterisk's own transfer (Atxfer) will not be in the queue: AttendedTransfer tells who will.
  const source = state.legs.get(half.uniqueid)?.source;
  return source?.isInternal === false ? source : undefined;
}

/**
 * A Local channel was originated and began a caller path: whoever is called back comes into the bridge with its other
 * half, and the path goes on as theirs.
 */
export function findCaller(state: State, { call }: Channel): void {
  const { callerPath } = call;
  if (callerPath?.callerChannel.isInternal !== true) return;
  const half = otherHalf(state, callerPath.callerChannel);
  if (half === undefined) return;
  if (!isFirstOf(call, half.uniqueid) && !isFirstOf(call, callerPath.callerChannel.uniqueid)) return;
  const [person] = peersOf(state, half);
  if (person !== undefined) becomeCaller(callerPath, person);
}

/** A caller path that a Local channel began goes on as that of the person behind it. */
export function becomeCaller(callerPath: CallerPath, person: Channel): void {
  if (person.call !== callerPath.call) return;
  callerPath.callerChannel.callerBehind = person;
  callerPath.callerChannel = person;
  callerPath.caller = partyOf(person).num;
}
