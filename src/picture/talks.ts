import type { Channel, Talk } from './model.ts';
import { peersOf } from './local-channels.ts';
import { enter, pathOfCaller } from './caller-path.ts';
import { recordTalk } from './recordings.ts';
import type { State } from './state.ts';

/** The other one. */
export function partner(talk: Talk, channel: Channel): Channel {
  return talk.between[0] === channel ? talk.between[1] : talk.between[0];
}

/** Writes down who talks with whom from here on: `people` are those for whom it may have changed. `at`: ms epoch. */
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
    // The word that a parked call was taken may come later.
    for (const parking of one.parkings) parking.to ??= at;
    const callerPath = pathOfCaller(one);
    if (callerPath !== undefined) enter(callerPath, 'bridged', at);
  }
}

/** Who was left on hold and talks to somebody else now is not on hold: a holder that went away may never say so. */
function endForgottenHolds(channel: Channel, at: number): void {
  const present = new Set([channel, ...partners(channel)].map(({ uniqueid }) => uniqueid));
  endHolds(channel, at, (by) => !present.has(by));
}

/**
 * Somebody is gone: their conversations are over. The end of a channel and its leaving the bridge come in either order:
 * the earlier of the two counts. `at`: ms epoch.
 */
export function endTalks(channel: Channel, at: number): void {
  for (const talk of channel.talks) {
    if (talk.to === undefined || (talk.to > at && talk.from <= at && talk.to - at < 1_000)) talk.to = at;
  }
}

/** Who is talked to now. */
export function partners(channel: Channel): Channel[] {
  return channel.talks.filter(({ to }) => to === undefined).map((talk) => partner(talk, channel));
}

/** Somebody holds the others. `at`: ms epoch. */
export function beginHold(channel: Channel, at: number): void {
  for (const one of [channel, ...partners(channel)]) {
    if (one.holds.some(({ by, to }) => by === channel.uniqueid && to === undefined)) continue;
    one.holds.push({ by: channel.uniqueid, from: at, to: undefined });
  }
}

/** Ends the holding of a channel, of all who hold it or of those that `isOver` names by their Uniqueid. `at`: ms epoch. */
export function endHolds(channel: Channel, at: number, isOver: (by: string) => boolean = () => true): void {
  for (const hold of channel.holds) if (hold.to === undefined && isOver(hold.by)) hold.to = at;
}

/** Somebody holds nobody any more; whom they held may be in another bridge by now. `at`: ms epoch. */
export function releaseHeld(state: State, holder: string, at: number): void {
  for (const one of state.channels.values()) endHolds(one, at, (by) => by === holder);
}
