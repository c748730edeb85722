import type { Channel, Party } from './model.ts';
import { deviceOf, isInternalName } from './channel-name.ts';
import type { Directory } from './directory.ts';

/** The extension whose device a channel is on; `''` for an outside party and for an internal channel. */
export function extensionOn(directory: Directory, channelName: string): string {
  const device = deviceOf(channelName);
  return isInternalName(channelName) || directory.isTrunk(device) ? '' : directory.extensionOf(device);
}

/**
 * The party on a channel. On an extension's device it is the extension, whatever caller id the dialplan shows to the
 * called party, with the name that goes with the extension's own number. Outside, it is the number that was rung, or
 * the one that calls.
 */
export function partyOf(channel: Channel): Party {
  const { extension, ownName, callerIdNum, callerIdName } = channel;
  if (extension !== '') return { num: extension, name: ownName ?? callerIdName };
  const rung = channel.call.legs.findLast((leg) => leg.destUniqueid === channel.uniqueid);
  return rung?.isOutside === true ? rung.callee : { num: callerIdNum, name: callerIdName };
}

/**
 * Caller and callee, as the call knows them, for one of its channels. Contract §3.3 wants them the same way round
 * whichever side's channel it is.
 */
export function partiesOf(channel: Channel): { caller: Party; callee: Party } {
  const { legs } = channel.call;
  const rang = legs.findLast((leg) => leg.destUniqueid === channel.uniqueid);
  if (rang?.source !== undefined) return { caller: rang.caller, callee: rang.callee };
  const dialled = legs.filter((leg) => leg.source?.uniqueid === channel.uniqueid);
  const answered = dialled.findLast((leg) => leg.answeredAt !== undefined) ?? dialled.at(-1);
  const caller = rang === undefined || channel.extension !== '' ? partyOf(channel) : rang.callee;
  if (answered !== undefined) return { caller, callee: answered.callee };
  // Originate rang it and no other number is dialled yet: the number to be dialled next is the callee.
  if (rang !== undefined) return { caller, callee: rang.caller };
  return { caller, callee: { num: channel.exten === 's' ? '' : channel.exten, name: '' } };
}
