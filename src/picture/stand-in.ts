import type { Channel } from './call.ts';
import { otherHalf, peersOf } from './peers.ts';
import type { State } from './state.ts';

/**
 * The channel of the caller who goes the way that this one goes through the dialplan: itself, but for a half of a Local
 * channel whose other half talks to the caller. Such a half is where Asterisk sends a caller whom a queue's Local member
 * hands over. Remembered, since the two may be apart again when the next word of it comes.
 */
export function callerBehind(state: State, channel: Channel): Channel {
  const traveller = channel.call.journey?.traveller;
  if (!channel.helper || traveller === undefined || traveller === channel) return channel;
  if (channel.standsFor === undefined) {
    const half = otherHalf(state, channel);
    if (half === undefined || !peersOf(state, half).includes(traveller)) return channel;
    channel.standsFor = traveller;
  }
  return channel.standsFor;
}
