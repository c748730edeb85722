import type { Handler } from '../state.ts';
import { everybodyWith, findCaller, peopleOf } from '../local-channels.ts';
import { refresh } from './channels.ts';
import { endParkings, parkBehindHalves } from './parking.ts';
import { runningOn } from '../recordings.ts';
import { beginHold, endHolds, endTalks, releaseHeld, retalk } from '../talks.ts';
import { momentOf, timestampOf } from '../time.ts';

export const bridgeEnter: Handler = (state, message, now, emit) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  refresh(channel, message);
  state.resyncWindow?.bridged.add(channel.uniqueid);
  const people = everybodyWith(state, channel);
  channel.bridge = message.get('BridgeUniqueid');
  channel.isApart = message.get('BridgeTechnology') === 'holding_bridge';
  if (state.tellsAsterisk && !channel.isInternal) {
    emit({ type: 'bridge-enter', timestamp: timestampOf(message, now), channel, exten: message.get('Exten') });
  }
  if (channel.isApart) channel.apartAt = momentOf(message, now);
  else if (!channel.isInternal) for (const recording of runningOn(channel)) recording.hasTalk = true;
  findCaller(state, channel);
  parkBehindHalves(state, channel, momentOf(message, now));
  retalk(state, [...people, ...everybodyWith(state, channel)], momentOf(message, now));
};

/**
 * A merge moves a channel into the new bridge before or after it leaves the old one: only its current bridge is left.
 */
export const bridgeLeave: Handler = (state, message, now) => {
  const at = momentOf(message, now);
  const uniqueid = message.get('Uniqueid');
  const channel = state.channels.get(uniqueid);
  if (channel === undefined) {
    const gone = state.callOf.get(uniqueid)?.channels.get(uniqueid);
    if (gone !== undefined) endTalks(gone, at);
    return;
  }
  refresh(channel, message);
  channel.onHold = false;
  if (channel.bridge !== message.get('BridgeUniqueid')) return;
  state.resyncWindow?.left.set(uniqueid, channel.bridge);
  const people = everybodyWith(state, channel);
  channel.bridge = '';
  if (!channel.isApart) channel.leftAt = at;
  endTalks(channel, at);
  endHolds(channel, at);
  endParkings(channel, at, (by) => channel.isApart || by !== uniqueid);
  retalk(state, people, at);
};

export const hold: Handler = (state, message, now) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  channel.onHold = true;
  beginHold(channel, momentOf(message, now));
};

export const unhold: Handler = (state, message, now) => {
  const uniqueid = message.get('Uniqueid');
  const channel = state.channels.get(uniqueid);
  if (channel === undefined) return;
  channel.onHold = false;
  releaseHeld(state, uniqueid, momentOf(message, now));
};

/**
 * Asterisk's own transfer (Atxfer, `*2`) holds and never sends an Unhold; the end of the music shows it. Asterisk plays
 * the music to the channel that shared a bridge with the holder. That may be a half of a Local channel: the people who
 * hear it are behind the other half.
 */
export const musicOnHoldStop: Handler = (state, message, now) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  for (const person of peopleOf(state, channel)) {
    endHolds(person, momentOf(message, now), (by) => by !== person.uniqueid);
  }
};
