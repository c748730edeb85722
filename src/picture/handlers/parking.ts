import type { AmiMessage } from '../../ami/message.ts';
import type { Channel } from '../model.ts';
import { otherHalf, peopleBehind } from '../local-channels.ts';
import type { State, Handler } from '../state.ts';
import { momentOf } from '../time.ts';

/**
 * The channel in the lot, which may be a half of a Local channel. Then the people behind its other half are parked.
 * There may be none yet: in a consultation the person who parks comes first.
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

/** Ends a channel's parking: all of it, or that by the channels (Uniqueids) for which `isOver`. `at`: ms epoch. */
export function endParkings(channel: Channel, at: number, isOver: (by: string) => boolean = () => true): void {
  for (const parking of channel.parkings) if (parking.to === undefined && isOver(parking.by)) parking.to = at;
}

/** ParkedCall, and ParkedCallSwap: by an attended transfer somebody took the parked channel's place. */
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

/** A channel came into the bridge behind a parked half of a Local channel: it is parked. `at`: ms epoch. */
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
