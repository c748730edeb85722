import type { AmiMessage } from '../../ami/message.ts';
import type { Channel } from '../model.ts';
import { otherHalf, peopleBehind } from '../local-channels.ts';
import type { State, Handler } from '../state.ts';
import { momentOf } from '../time.ts';

/**
 * Who stands in the lot: also a half of a Local channel. The people behind its other half are parked, who may be none yet:
 * who gives them that place is the first to be there.
 */
function parkee({ channels, callOf }: State, message: AmiMessage): Channel | undefined {
  const uniqueid = message.get('ParkeeUniqueid');
  return channels.get(uniqueid) ?? callOf.get(uniqueid)?.channels.get(uniqueid);
}

function begin(channel: Channel, by: string, at: number): void {
  if (channel.parkings.some(({ to }) => to === undefined)) return;
  channel.parkings.push({ from: at, to: undefined, by });
  channel.apartAt = at;
}

/** Ends the parking of a channel, of all kinds or that by which `isOver` names it. `at`: ms epoch. */
export function endParkings(channel: Channel, at: number, isOver: (by: string) => boolean = () => true): void {
  for (const parking of channel.parkings) if (parking.to === undefined && isOver(parking.by)) parking.to = at;
}

/** ParkedCall, and ParkedCallSwap: somebody took the place of who was parked, by an attended transfer. */
export const parkedCall: Handler = (state, message, now) => {
  const channel = parkee(state, message);
  if (channel === undefined) return;
  const at = momentOf(message, now);
  const { uniqueid } = channel;
  begin(channel, uniqueid, at);
  if (!channel.isInternal || !state.channels.has(uniqueid)) return;
  state.parkedHalves.add(channel);
  for (const person of peopleBehind(state, channel)) begin(person, uniqueid, at);
};

/** Somebody came to where a parked half of a Local channel is: they are parked. `at`: ms epoch. */
export function parkBehindHalves(state: State, channel: Channel, at: number): void {
  if (channel.isApart || channel.bridge === '') return;
  for (const half of state.parkedHalves) {
    if (otherHalf(state, half)?.bridge !== channel.bridge) continue;
    for (const person of peopleBehind(state, half)) begin(person, half.uniqueid, at);
  }
}

/** UnParkedCall (somebody took the call), ParkedCallTimeOut, ParkedCallGiveUp (the caller hung up). */
export const parkingOver: Handler = (state, message, now) => {
  const channel = parkee(state, message);
  if (channel === undefined) return;
  const at = momentOf(message, now);
  state.parkedHalves.delete(channel);
  for (const person of [channel, ...peopleBehind(state, channel)]) endParkings(person, at);
};
