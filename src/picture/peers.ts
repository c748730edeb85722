import type { Channel } from './call.ts';
import type { State } from './state.ts';

/** The other half of a Local channel: `…;1` ↔ `…;2`. */
export function otherHalf(state: State, channel: Channel): Channel | undefined {
  const end = channel.name.slice(-2);
  if (end !== ';1' && end !== ';2') return undefined;
  const name = channel.name.slice(0, -1) + (end === ';1' ? '2' : '1');
  for (const other of channel.call.channels.values()) if (other.name === name) return other;
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

/** Everybody who is heard where this channel is: itself too, when a person holds it. */
export function company(state: State, channel: Channel): Set<Channel> {
  const people = new Set(peersOf(state, channel));
  if (!channel.isInternal) return people.add(channel);
  const half = otherHalf(state, channel);
  for (const person of half === undefined ? [] : peersOf(state, half)) people.add(person);
  return people;
}
