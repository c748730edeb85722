import type { Channel, Leg, Party } from './model.ts';
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
  const rung = state.legs.get(channel.uniqueid);
  const called = channel.call.legs.filter(({ source, endedAt }) => source === channel && endedAt === undefined);
  if (rung !== undefined && isAboutToTalk(state, rung)) return rung.caller;
  const answered = called.filter((leg) => isAboutToTalk(state, leg));
  if (answered.length === 1) return answered[0]?.callee;
  if (channel.bridge !== '') return undefined;
  if (rung !== undefined && rung.answeredAt === undefined) return rung.caller;
  const ringing = called.filter(({ answeredAt }) => answeredAt === undefined);
  return ringing.length === 1 ? ringing[0]?.callee : undefined;
}

/**
 * Answered, and not yet in a conversation: the dialplan may have the callee go through a subroutine first (options M and U
 * of Dial), and the two come into their bridge one after the other. Who answered Originate is called by nobody, and who was
 * there before the daemon may have talked.
 */
function isAboutToTalk(state: State, { source, destUniqueid, answeredAt, endedAt, isAdopted }: Leg): boolean {
  if (source === undefined || isAdopted || answeredAt === undefined || endedAt !== undefined) return false;
  return state.channels.get(destUniqueid)?.talks.length === 0;
}
