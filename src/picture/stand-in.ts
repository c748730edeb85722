import type { Channel } from './call.ts';
import type { Journey } from './journey.ts';
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
  if (!channel.helper || channel.call.journey?.traveller === channel) return channel;
  channel.standsFor ??= behind(state, channel);
  return channel.standsFor ?? channel;
}

function behind(state: State, channel: Channel): Channel | undefined {
  const half = otherHalf(state, channel);
  if (half === undefined) return undefined;
  const people = peersOf(state, half);
  const traveller = channel.call.journey?.traveller;
  if (traveller !== undefined) return people.includes(traveller) ? traveller : undefined;
  // Who asks by Asterisk's own transfer (Atxfer) is not who will be in the queue: that is told by AttendedTransfer.
  const source = state.legs.get(half.uniqueid)?.source;
  return source?.helper === false ? source : undefined;
}

/** Originate of a Local channel: who is called back comes into the bridge with its other half when the journey goes on. */
export function findCaller(state: State, { call }: Channel): void {
  const { journey } = call;
  if (journey?.traveller.helper !== true) return;
  const half = otherHalf(state, journey.traveller);
  const [first] = call.uniqueids;
  if (half === undefined || (first !== half.uniqueid && first !== journey.traveller.uniqueid)) return;
  const [person] = peersOf(state, half);
  if (person !== undefined) becomeCaller(journey, person);
}

/** A journey that a Local channel began goes on as that of the person behind it. */
export function becomeCaller(journey: Journey, person: Channel): void {
  if (person.call !== journey.call) return;
  journey.traveller.standsFor = person;
  journey.traveller = person;
  journey.caller = partyOf(person).num;
}
