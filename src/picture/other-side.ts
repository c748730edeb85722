import type { Channel, Party } from './model.ts';
import { peersOf } from './local-channels.ts';
import { partyOf } from './parties.ts';
import type { State } from './state.ts';

/**
 * The party on the other side of a channel: the one it talks to, or calls, or is called by. Asterisk's connected line
 * counts only if there is no such party, or several: a dialplan may prevent it from being set, or set a company's
 * number.
 */
export function otherSideOf(state: State, channel: Channel): Party {
  const told: Party = { num: channel.connectedLineNum, name: channel.connectedLineName };
  const seen = facing(state, channel);
  if (seen === undefined || seen.num === '') return told;
  return seen.name === '' && seen.num === told.num ? told : seen;
}

function facing(state: State, channel: Channel): Party | undefined {
  const [peer, ...others] = peersOf(state, channel);
  if (peer !== undefined) return others.length === 0 ? partyOf(peer) : undefined;
  if (channel.bridge !== '') return undefined;
  const rung = state.legs.get(channel.uniqueid);
  if (rung?.answeredAt === undefined && rung !== undefined) return rung.caller;
  const called = channel.call.legs.filter(
    ({ source, answeredAt, endedAt }) => source === channel && answeredAt === undefined && endedAt === undefined,
  );
  return called.length === 1 ? called[0]?.callee : undefined;
}
