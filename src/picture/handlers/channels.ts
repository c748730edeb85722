import type { AmiMessage } from '../../ami/message.ts';
import { partiesOf } from '../call.ts';
import type { Emit } from '../change.ts';
import type { Channel } from '../call.ts';
import { deviceOf, isInternalName, known } from '../channel-name.ts';
import type { State } from '../state.ts';
import { momentOf, timestampOf } from '../time.ts';
import type { Handler } from './handler.ts';

/** Makes a channel of the snapshot that Newchannel and CoreShowChannel carry. */
export function addSnapshot(state: State, message: AmiMessage, createdAt: number): Channel {
  const uniqueid = message.get('Uniqueid');
  const linkedid = message.get('Linkedid');
  const name = message.get('Channel');
  const call = state.call(linkedid === '' ? uniqueid : linkedid, createdAt);
  const channel: Channel = {
    name,
    uniqueid,
    linkedid,
    state: 0,
    stateDesc: '',
    callerIdNum: '',
    callerIdName: '',
    connectedLineNum: '',
    connectedLineName: '',
    context: message.get('Context'),
    exten: message.get('Exten'),
    call,
    createdAt,
    bridge: '',
    apart: false,
    onHold: false,
    helper: isInternalName(name),
  };
  refresh(channel, message);
  // The direction is the first channel's: from a trunk it is a call that comes in.
  if (call.uniqueids.length === 0 && !channel.helper && state.directory.isTrunk(deviceOf(name))) {
    call.direction = 'inbound';
  }
  state.addChannel(channel);
  return channel;
}

/** Copies what may have changed from the snapshot in any channel event. */
export function refresh(channel: Channel, message: AmiMessage): void {
  channel.state = Number(message.get('ChannelState'));
  channel.stateDesc = message.get('ChannelStateDesc');
  channel.callerIdNum = known(message.get('CallerIDNum'));
  channel.callerIdName = known(message.get('CallerIDName'));
  channel.connectedLineNum = known(message.get('ConnectedLineNum'));
  channel.connectedLineName = known(message.get('ConnectedLineName'));
  const linkedid = message.get('Linkedid');
  if (linkedid !== '') channel.linkedid = linkedid;
}

export const newchannel: Handler = (state, message, now) => {
  if (state.channels.has(message.get('Uniqueid'))) return;
  addSnapshot(state, message, momentOf(message, now));
  state.meanwhile?.fresh.add(message.get('Uniqueid'));
};

/** Newstate, NewCallerid, NewConnectedLine: the same snapshot, newer. */
export const update: Handler = (state, message) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel !== undefined) refresh(channel, message);
};

/**
 * A masquerade puts the phone of one channel into another: `PJSIP/801-…` becomes `…<MASQ>` and then a zombie, and the
 * helper that took its place is renamed to it. What was rung or answered goes on under the new Uniqueid.
 */
export const rename: Handler = (state, message) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  const name = message.get('Newname');
  channel.name = name;
  channel.helper = isInternalName(name) || name.endsWith('<MASQ>');
  if (channel.helper) return;
  const before = [...state.channels.values()].find((other) => other.name === `${name}<MASQ>`);
  const leg = before === undefined ? undefined : state.legs.get(before.uniqueid);
  if (leg === undefined || state.legs.has(channel.uniqueid)) return;
  state.legs.delete(leg.destUniqueid);
  leg.destUniqueid = channel.uniqueid;
  state.legs.set(leg.destUniqueid, leg);
};

export const hangup: Handler = (state, message, now, emit) => {
  const uniqueid = message.get('Uniqueid');
  state.meanwhile?.gone.add(uniqueid);
  const channel = state.channels.get(uniqueid);
  if (channel === undefined) return;
  refresh(channel, message);
  // Answered elsewhere (include/asterisk/causes.h): of a call that was picked up no DialEnd comes.
  const leg = state.legs.get(uniqueid);
  if (leg !== undefined && message.get('Cause') === '26') leg.statusElse ??= 'cancel';
  closeChannel(state, channel, timestampOf(message, now), now, emit);
};

/** A channel is over: its leg ends, the hang-up is told, and the call ends with its last channel. `now`: ms epoch. */
export function closeChannel(state: State, channel: Channel, timestamp: string, now: number, emit: Emit): void {
  const leg = state.legs.get(channel.uniqueid);
  if (leg !== undefined) {
    if (leg.answeredAt !== undefined) state.endLeg(leg, 'hangup', timestamp, emit);
    else if (leg.statusElse !== undefined) state.endLeg(leg, leg.statusElse, timestamp, emit);
    else leg.lostAt = now;
  }
  if (!channel.helper) emit({ type: 'hangup', timestamp, channel, ...partiesOf(channel) });
  state.removeChannel(channel, now);
}
