import type { AmiMessage } from '../../ami/message.ts';
import type { Channel } from '../call.ts';
import { callerBehind } from '../stand-in.ts';
import type { State } from '../state.ts';
import { momentOf } from '../time.ts';
import type { Handler } from './handler.ts';

/** Who is parked: of a Local channel the caller behind it. */
function parkee(state: State, message: AmiMessage): Channel | undefined {
  const uniqueid = message.get('ParkeeUniqueid');
  const channel = state.channels.get(uniqueid) ?? state.callOf.get(uniqueid)?.gone.get(uniqueid);
  return channel === undefined ? undefined : callerBehind(state, channel);
}

export const parkedCall: Handler = (state, message, now) => {
  const parkings = parkee(state, message)?.parkings;
  if (parkings === undefined || parkings.some(({ to }) => to === undefined)) return;
  parkings.push({ from: momentOf(message, now), to: undefined });
};

/** UnParkedCall (somebody took the call), ParkedCallTimeOut, ParkedCallGiveUp (the caller hung up). */
export const parkingOver: Handler = (state, message, now) => {
  for (const parking of parkee(state, message)?.parkings ?? []) parking.to ??= momentOf(message, now);
};
