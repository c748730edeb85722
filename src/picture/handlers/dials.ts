import { isFirstOf } from '../call.ts';
import type { AmiMessage } from '../../ami/message.ts';
import type { Channel, Emit, Leg, Party } from '../model.ts';
import { otherHalf, peersOf } from '../local-channels.ts';
import { deviceOf, known } from '../channel-name.ts';
import { nameIn } from '../escapes.ts';
import { pathOfCaller } from '../caller-path.ts';
import { outsideNumber } from '../dialled-number.ts';
import { partyOf } from '../parties.ts';
import { noteRinging, ringingState } from '../ringing.ts';
import { recordRung } from '../recordings.ts';
import type { State, Handler } from '../state.ts';
import { momentOf, timestampOf } from '../time.ts';
import { tellMenu } from './menus.ts';

/** Reason of OriginateResponse → the status a dial would have had (3 ring time over, 5 busy, else no channel). */
function statusOfReason(reason: number): string {
  return reason === 3 ? 'noanswer' : reason === 5 ? 'busy' : 'chanunavail';
}

/**
 * Who really dials: behind a half of a Local channel, the channel that rang its other half or talks to it. `undefined`:
 * nobody, Asterisk was asked to (Originate).
 */
function realSource(state: State, channel: Channel, hops = 0): Channel | undefined {
  if (!channel.isInternal || hops > 4) return channel;
  const half = otherHalf(state, channel);
  if (half === undefined) return undefined;
  const source = state.legs.get(half.uniqueid)?.source;
  if (source !== undefined) return realSource(state, source, hops + 1);
  const [peer] = peersOf(state, half);
  if (peer !== undefined) return peer;
  // An attended transfer: the one who asks may enter the bridge with the other half only after this. The Local channel
  // has their number.
  const people = state.liveChannels(channel.call).filter(({ isInternal }) => !isInternal);
  return (
    people.find(({ callerIdNum }) => callerIdNum !== '' && callerIdNum === channel.callerIdNum) ??
    people.find(({ uniqueid }) => uniqueid === channel.call.id)
  );
}

function party(message: AmiMessage, prefix: string): Party {
  return { num: known(message.get(`${prefix}CallerIDNum`)), name: nameIn(message, `${prefix}CallerIDName`) };
}

/**
 * Who is called. On a trunk only the number that was dialled is theirs: the name is that of whom the channel that dials talked to before.
 * The number of a phone is its extension's, whatever caller id it shows others (without one Asterisk puts the number that
 * was dialled in its place); on one that Originate rings the name may be that of whoever is to be dialled next, too.
 */
function calleeOf(state: State, message: AmiMessage, dest: Channel, isOriginated: boolean): Party {
  const own = party(message, 'Dest');
  const device = deviceOf(dest.name);
  const isExtension = state.directory.isExtension(own.num);
  const num = outsideNumber(own.num, message.get('DialString'), dest.name, isExtension);
  if (state.directory.isTrunk(device)) return { num, name: '' };
  const { extension, ownName } = dest;
  if (extension === '') return { num, name: own.name };
  if (own.num === extension) return own;
  return { num: extension, name: ownName ?? (isOriginated ? '' : own.name) };
}

/**
 * Who calls: whoever holds the channel behind it all, by whatever caller id it goes out. Somebody who was called back has
 * no caller id of their own on chan_sip: they are whom that call was for.
 */
function callerOf(state: State, message: AmiMessage, dialling: Channel, source: Channel | undefined): Party {
  const own = party(message, '');
  if (source === undefined) return own;
  const known = partyOf(source);
  if (known.num !== '' && (source !== dialling || source.extension !== '')) return known;
  return own.num === '' ? (state.legs.get(source.uniqueid)?.callee ?? own) : own;
}

/** The member for whom a queue rings a channel, itself or through Local channels. */
function memberBehind(state: State, dest: Channel, dialling: Channel | undefined): string {
  if (dest.member !== '' || dialling?.isInternal !== true) return dest.member;
  const half = otherHalf(state, dialling);
  return half === undefined ? '' : half.member || (state.legs.get(half.uniqueid)?.member ?? '');
}

export const dialBegin: Handler = (state, message, now, emit) => {
  const dest = state.channels.get(message.get('DestUniqueid'));
  if (dest === undefined) return;
  const listed = state.legs.get(dest.uniqueid);
  if (listed?.isAdopted === false) return;
  if (!state.capacity.fits('dialled legs in one call', dest.call.legs.length)) return;
  const dialling = state.channels.get(message.get('Uniqueid'));
  const source = dialling === undefined ? undefined : realSource(state, dialling);
  const isOriginated = dialling === undefined;
  const leg: Leg = {
    call: dest.call,
    source,
    sourceName: source?.name ?? '',
    caller: isOriginated
      ? { num: known(message.get('DestConnectedLineNum')), name: nameIn(message, 'DestConnectedLineName') }
      : callerOf(state, message, dialling, source),
    destUniqueid: dest.uniqueid,
    destName: dest.name,
    callee: calleeOf(state, message, dest, isOriginated),
    extension: dest.extension,
    dialString: message.get('DialString'),
    member: memberBehind(state, dest, dialling),
    rang: false,
    beganAt: momentOf(message, now),
    answeredAt: undefined,
    endedAt: undefined,
    fallbackStatus: undefined,
    channelLostAt: undefined,
    isAdopted: false,
    isOutside: state.directory.isTrunk(deviceOf(dest.name)),
    isHidden: dest.isInternal,
  };
  state.legs.set(dest.uniqueid, leg);
  recordRung(state, dest, source);
  if (leg.isHidden) return;
  // The phone's own word may come first.
  if (dest.state === ringingState || message.get('DestChannelState') === String(ringingState)) {
    noteRinging(state.legs, dest.uniqueid);
  }
  const { call } = leg;
  if (leg.isOutside) {
    // A dialler calls somebody outside before there is anybody else: they did not call in.
    const isDialler = isOriginated && isFirstOf(call, dest.uniqueid);
    if (call.direction === 'internal' || isDialler) call.direction = 'outbound';
    if (dialling !== undefined) call.dialledOut.add(dialling.uniqueid);
  }
  if (listed !== undefined) call.legs.splice(call.legs.indexOf(listed), 1);
  call.legs.push(leg);
  emit({ type: 'dial-begin', timestamp: timestampOf(message, now), leg });
  const callerPath = source === undefined ? undefined : pathOfCaller(source);
  if (callerPath !== undefined) tellMenu(callerPath, '', momentOf(message, now), emit);
};

/**
 * Asterisk often ends a ringing twice (NOANSWER, then CANCEL): the first counts. An answered leg goes on until its
 * channel hangs up. Without a DialBegin there is nothing to end (an attended transfer's Local;1).
 */
export const dialEnd: Handler = (state, message, now, emit) => {
  const leg = state.legs.get(message.get('DestUniqueid'));
  if (leg === undefined || leg.answeredAt !== undefined) return;
  const status = message.get('DialStatus');
  const timestamp = timestampOf(message, now);
  if (status !== 'ANSWER') {
    state.endLeg(leg, status.toLowerCase(), timestamp, emit);
    return;
  }
  leg.answeredAt = momentOf(message, now);
  leg.rang = true;
  if (!leg.isHidden) emit({ type: 'dial-answer', timestamp, leg });
  if (leg.channelLostAt !== undefined) state.endLeg(leg, 'hangup', timestamp, emit);
};

/** Without a ChannelId of the asker's own Asterisk does not say which channel it was: the newest of that device. */
function originatedLeg(state: State, device: string): Leg | undefined {
  return [...state.legs.values()].findLast(
    (leg) => leg.source === undefined && leg.answeredAt === undefined && deviceOf(leg.destName) === device,
  );
}

export const originateResponse: Handler = (state, message, now, emit) => {
  const uniqueid = message.get('Uniqueid');
  const success = message.get('Response') === 'Success';
  const reason = Number(message.get('Reason'));
  if (!success) {
    const leg = uniqueid === '<unknown>' ? originatedLeg(state, message.get('Channel')) : state.legs.get(uniqueid);
    if (leg !== undefined && leg.answeredAt === undefined) {
      leg.fallbackStatus = statusOfReason(reason);
      if (leg.channelLostAt !== undefined) state.endLeg(leg, leg.fallbackStatus, timestampOf(message, now), emit);
    }
  }
  emit({ type: 'originate-response', uniqueid, success, reason });
};

/** How long (ms) a leg whose channel is gone waits for the word that says why. */
const reasonWait = 2_000;

/** Ends the legs whose why never came. */
export function endUnexplained(state: State, now: number, emit: Emit): void {
  for (const leg of state.legs.values()) {
    if (leg.channelLostAt === undefined || now - leg.channelLostAt < reasonWait) continue;
    state.endLeg(leg, leg.source === undefined ? 'noanswer' : 'cancel', (now / 1000).toFixed(6), emit);
  }
}
