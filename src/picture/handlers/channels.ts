import type { AmiMessage } from '../../ami/message.ts';
import { channelDefaults } from '../call.ts';
import type { Change, Channel, Emit } from '../model.ts';
import { everybodyWith } from '../local-channels.ts';
import { deviceOf, isInternalName, known } from '../channel-name.ts';
import { nameIn } from '../escapes.ts';
import { pathOfCaller } from '../caller-path.ts';
import { extensionOn, partiesOf } from '../parties.ts';
import { noteRinging, ringingState } from '../ringing.ts';
import { runningOn } from '../recordings.ts';
import type { State, Handler } from '../state.ts';
import { endHolds, endTalks, releaseHeld, retalk } from '../talks.ts';
import { momentOf, timestampOf } from '../time.ts';
import { endPath } from './menus.ts';

/** Adds a channel from the fields that Newchannel and CoreShowChannel both carry. */
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
    extension: extensionOn(state.directory, name),
    connectedLineNum: '',
    connectedLineName: '',
    context: message.get('Context'),
    exten: message.get('Exten'),
    call,
    createdAt,
    bridge: '',
    isApart: false,
    onHold: false,
    isInternal: isInternalName(name),
    ...channelDefaults(),
  };
  refresh(channel, message);
  // The first channel tells the direction: on a trunk it is an inbound call.
  if (call.channels.size === 0 && !channel.isInternal && state.directory.isTrunk(deviceOf(name))) {
    call.direction = 'inbound';
  }
  state.addChannel(channel);
  return channel;
}

/** Copies the fields that may have changed, which every channel event carries. */
export function refresh(channel: Channel, message: AmiMessage): void {
  channel.state = Number(message.get('ChannelState'));
  channel.stateDesc = message.get('ChannelStateDesc');
  channel.callerIdNum = known(message.get('CallerIDNum'));
  channel.callerIdName = nameIn(message, 'CallerIDName');
  if (channel.extension !== '' && channel.callerIdNum === channel.extension) channel.ownName = channel.callerIdName;
  channel.connectedLineNum = known(message.get('ConnectedLineNum'));
  channel.connectedLineName = nameIn(message, 'ConnectedLineName');
  const linkedid = message.get('Linkedid');
  if (linkedid !== '') channel.linkedid = linkedid;
}

export const newchannel: Handler = (state, message, now, emit) => {
  if (state.channels.has(message.get('Uniqueid'))) return;
  if (!state.fitsChannel(now)) return;
  const channel = addSnapshot(state, message, momentOf(message, now));
  const { call, exten, name } = channel;
  if (call.channels.size === 1 && exten !== 's') call.dialled = exten;
  state.resyncWindow?.fresh.add(message.get('Uniqueid'));
  if (state.tellsAsterisk && !channel.isInternal) {
    emit({ type: 'new-channel', timestamp: timestampOf(message, now), channel, exten });
  }
  if (state.directory.isNewDevice(deviceOf(name))) emit({ type: 'outdated', list: 'endpoints' });
};

/** Newstate, NewCallerid, NewConnectedLine: the same fields, newer. */
export const update: Handler = (state, message) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  refresh(channel, message);
  if (channel.state === ringingState) noteRinging(state.legs, channel.uniqueid);
};

/** A phone says that it rings, or an outside line plays early audio to the caller (183). */
export const dialState: Handler = (state, message) => {
  if (/^(RINGING|PROGRESS)$/.test(message.get('DialStatus'))) noteRinging(state.legs, message.get('DestUniqueid'));
};

/**
 * A masquerade moves the phone of one channel into another: `PJSIP/801-…` becomes `…<MASQ>` and then a zombie, and the
 * internal channel that takes its place is renamed to `PJSIP/801-…`.
 */
export const rename: Handler = (state, message, now) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  const people = everybodyWith(state, channel);
  const name = message.get('Newname');
  channel.name = name;
  channel.isInternal = isInternalName(name) || name.endsWith('<MASQ>');
  channel.extension = extensionOn(state.directory, name);
  if (!channel.isInternal) takeOver(state, channel);
  retalk(state, [...people, ...everybodyWith(state, channel)], momentOf(message, now));
};

/** A leg, a recording or a caller path goes on under another Uniqueid. */
function takeOver(state: State, channel: Channel): void {
  const before = [...state.channels.values()].find((other) => other.name === `${channel.name}<MASQ>`);
  if (before === undefined) return;
  channel.ownName ??= before.ownName;
  for (const recording of runningOn(before)) {
    recording.on = channel;
    recording.parties.push(channel.uniqueid);
  }
  const callerPath = pathOfCaller(before);
  if (callerPath !== undefined) {
    callerPath.callerChannel = channel;
    channel.talks.unshift(...before.talks.filter((talk) => !channel.talks.includes(talk)));
    channel.holds.unshift(...before.holds);
    channel.transfers.unshift(...before.transfers);
    channel.parkings.unshift(...before.parkings);
  }
  const leg = state.legs.get(before.uniqueid);
  if (leg === undefined || state.legs.has(channel.uniqueid)) return;
  state.legs.delete(leg.destUniqueid);
  leg.destUniqueid = channel.uniqueid;
  state.legs.set(leg.destUniqueid, leg);
}

export const hangup: Handler = (state, message, now, emit) => {
  const uniqueid = message.get('Uniqueid');
  state.resyncWindow?.gone.add(uniqueid);
  const channel = state.channels.get(uniqueid);
  if (channel === undefined) return;
  refresh(channel, message);
  // 26 is "answered elsewhere" (include/asterisk/causes.h): no DialEnd comes for a call that was picked up.
  const leg = state.legs.get(uniqueid);
  if (leg !== undefined && (leg.isAnsweredElsewhere === true || message.get('Cause') === '26')) {
    leg.fallbackStatus ??= 'cancel';
  }
  const callerPath = pathOfCaller(channel);
  if (callerPath !== undefined) callerPath.hangupCause = causeOf(channel, message);
  const told = state.tellsAsterisk
    ? { exten: message.get('Exten'), cause: message.get('Cause'), causeText: message.get('Cause-txt') }
    : undefined;
  closeChannel(state, channel, timestampOf(message, now), now, emit, told);
};

/** In the technology's own words if Asterisk has them (22: `PJSIP 487`), otherwise in Asterisk's. */
function causeOf(channel: Channel, message: AmiMessage): string {
  const own = message.get('TechCause');
  const technology = channel.name.slice(0, Math.max(channel.name.indexOf('/'), 0));
  return `${technology} ${own === '' ? message.get('Cause-txt') : own}`;
}

export const hangupRequest: Handler = (state, message, now) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel !== undefined) channel.hangupRequestedAt ??= momentOf(message, now);
};

/** A channel ended: its leg ends, the hang-up is told, and the call ends with its last channel. `now`: ms epoch. */
export function closeChannel(
  state: State,
  channel: Channel,
  timestamp: string,
  now: number,
  emit: Emit,
  told?: Extract<Change, { type: 'hangup' }>['told'],
): void {
  const leg = state.legs.get(channel.uniqueid);
  if (leg !== undefined) {
    if (leg.answeredAt !== undefined) state.endLeg(leg, 'hangup', timestamp, emit);
    else if (leg.fallbackStatus !== undefined) state.endLeg(leg, leg.fallbackStatus, timestamp, emit);
    else leg.channelLostAt = now;
  }
  if (!channel.isInternal) {
    emit({ type: 'hangup', timestamp, channel, ...partiesOf(channel), ...(told === undefined ? {} : { told }) });
  }
  const at = Number(timestamp) * 1000;
  const people = everybodyWith(state, channel);
  people.delete(channel);
  if (channel.bridge !== '' && !channel.isApart) channel.leftAt = at;
  endTalks(channel, at);
  endHolds(channel, at);
  releaseHeld(state, channel.uniqueid, at);
  state.removeChannel(channel, now);
  retalk(state, people, at);
  const callerPath = pathOfCaller(channel);
  if (callerPath !== undefined) endPath(state, callerPath, at, now, emit);
  if (channel.call.endedAt !== undefined) emit({ type: 'call-gone', call: channel.call });
}
