import type { Channel, Talk } from './model.ts';
import { peersOf } from './local-channels.ts';
import { enter, pathOfCaller } from './caller-path.ts';
import { recordTalk } from './recordings.ts';
import type { State } from './state.ts';

/** The other one of the two. */
export function partner(talk: Talk, channel: Channel): Channel {
  return talk.between[0] === channel ? talk.between[1] : talk.between[0];
}

/** Notes who talks with whom from now on, for the people for whom that may have changed. `at`: ms epoch. */
export function retalk(state: State, people: Iterable<Channel>, at: number): void {
  for (const person of people) {
    const peers = new Set(person.isInternal ? [] : peersOf(state, person));
    for (const talk of person.talks) {
      const other = partner(talk, person);
      if (talk.to === undefined && !peers.delete(other)) talk.to = at;
    }
    for (const peer of peers) begin(state, person, peer, at);
  }
}

function begin(state: State, person: Channel, peer: Channel, at: number): void {
  const talk: Talk = { between: [person, peer], from: at, to: undefined, recordings: [] };
  recordTalk(state, talk);
  for (const one of talk.between) {
    one.talks.push(talk);
    one.hasTalked = true;
    endForgottenHolds(one, at);
    // The event that a parked call was taken may come later.
    for (const parking of one.parkings) parking.to ??= at;
    const callerPath = pathOfCaller(one);
    if (callerPath !== undefined) enter(callerPath, 'bridged', at);
  }
}

/** Ends holds of a channel whose holder is not in the conversation any more: it may never send an Unhold. */
function endForgottenHolds(channel: Channel, at: number): void {
  const present = new Set([channel, ...partners(channel)].map(({ uniqueid }) => uniqueid));
  endHolds(channel, at, (by) => !present.has(by));
}

/**
 * A channel is gone: its conversations are over. Its Hangup and its BridgeLeave come in either order; the earlier
 * moment counts. `at`: ms epoch.
 */
export function endTalks(channel: Channel, at: number): void {
  for (const talk of channel.talks) {
    if (talk.to === undefined || (talk.to > at && talk.from <= at && talk.to - at < 1_000)) talk.to = at;
  }
}

/** The channels that this one talks with now. */
export function partners(channel: Channel): Channel[] {
  return channel.talks.filter(({ to }) => to === undefined).map((talk) => partner(talk, channel));
}

/** A channel puts those it talks with on hold. `at`: ms epoch. */
export function beginHold(channel: Channel, at: number): void {
  for (const one of [channel, ...partners(channel)]) {
    if (one.holds.some(({ by, to }) => by === channel.uniqueid && to === undefined)) continue;
    one.holds.push({ by: channel.uniqueid, from: at, to: undefined });
  }
}

/** Ends a channel's time on hold: all of it, or that by the holders (Uniqueids) for which `isOver`. `at`: ms epoch. */
export function endHolds(channel: Channel, at: number, isOver: (by: string) => boolean = () => true): void {
  for (const hold of channel.holds) if (hold.to === undefined && isOver(hold.by)) hold.to = at;
}

/** A channel holds no other any more; those it held may be in another bridge by now. `at`: ms epoch. */
export function releaseHeld(state: State, holder: string, at: number): void {
  for (const one of state.channels.values()) endHolds(one, at, (by) => by === holder);
}
