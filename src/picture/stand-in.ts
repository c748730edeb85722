import type { Channel } from './call.ts';
import type { CallerPath } from './caller-path.ts';
import { partyOf } from './parties.ts';
import { otherHalf, peersOf } from './peers.ts';
import type { State } from './state.ts';

/**
 * The channel of the caller who goes the way that this one goes through the dialplan: itself, but for a half of a Local
 * channel behind whose other half there is the caller. Such a half is where Asterisk sends a caller whom a queue's Local
 * member hands over, and who runs Queue() where the dialplan rings a queue. Remembered, since the two may be apart again
 * when the next word of it comes.
 */
export function callerBehind(state: State, channel: Channel): Channel {
  if (!channel.isInternal || channel.call.callerPath?.callerChannel === channel) return channel;
  channel.standsFor ??= behind(state, channel);
  return channel.standsFor ?? channel;
}

function behind(state: State, channel: Channel): Channel | undefined {
  const half = otherHalf(state, channel);
  if (half === undefined) return undefined;
  const people = peersOf(state, half);
  const callerChannel = channel.call.callerPath?.callerChannel;
  if (callerChannel !== undefined) return people.includes(callerChannel) ? callerChannel : undefined;
  // Who asks by Asterisk's own transfer (Atxfer) is not who will be in the queue: that is told by AttendedTransfer.
  const source = state.legs.get(half.uniqueid)?.source;
  return source?.isInternal === false ? source : undefined;
}

/** Originate of a Local channel: who is called back comes into the bridge with its other half when the caller path goes on. */
export function findCaller(state: State, { call }: Channel): void {
  const { callerPath } = call;
  if (callerPath?.callerChannel.isInternal !== true) return;
  const half = otherHalf(state, callerPath.callerChannel);
  const [first] = call.uniqueids;
  if (half === undefined || (first !== half.uniqueid && first !== callerPath.callerChannel.uniqueid)) return;
  const [person] = peersOf(state, half);
  if (person !== undefined) becomeCaller(callerPath, person);
}

/** A caller path that a Local channel began goes on as that of the person behind it. */
export function becomeCaller(callerPath: CallerPath, person: Channel): void {
  if (person.call !== callerPath.call) return;
  callerPath.callerChannel.standsFor = person;
  callerPath.callerChannel = person;
  callerPath.caller = partyOf(person).num;
}
