import { isFirstOf } from '../call.ts';
import type { AmiMessage } from '../../ami/message.ts';
import { withoutAnsweringHeader } from '../answering-header.ts';
import type { Call, Channel, Emit, Leg, Party } from '../model.ts';
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

/** Legs of a call that are forgotten at once when it has too many. */
const spentAtOnce = 1_000;

/**
 * Reason of OriginateResponse (3 ring time over, 5 busy, others: no channel) → the DialStatus that a Dial would have
 * had.
 */
function statusOfReason(reason: number): string {
  return reason === 3 ? 'noanswer' : reason === 5 ? 'busy' : 'chanunavail';
}

/**
 * The channel that really dials: behind a half of a Local channel, the one that rang its other half or talks to it.
 * `undefined` if Asterisk was asked to dial (Originate).
 */
function realSource(state: State, channel: Channel, hops = 0): Channel | undefined {
  if (!channel.isInternal || hops > 4) return channel;
  const half = otherHalf(state, channel);
  if (half === undefined) return undefined;
  const source = state.legs.get(half.uniqueid)?.source;
  if (source !== undefined) return realSource(state, source, hops + 1);
  const [peer] = peersOf(state, half);
  if (peer !== undefined) return peer;
  // In an attended transfer, the person who consults may enter the bridge with the other half only later. The Local
  // channel has their number.
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
 * The callee. On a trunk only the dialled number is the callee's: the name is of the party that the dialling channel
 * talked to before. A phone's number is its extension, whatever caller id it shows to others (without one, Asterisk
 * puts the dialled number in its place). On a phone that Originate rings, the name may be of the party to be dialled
 * next.
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
 * The caller: the party on the channel that really dials, whatever caller id it shows. On chan_sip somebody who was
 * called back has no caller id of their own; they are the callee of that callback.
 */
function callerOf(state: State, message: AmiMessage, dialling: Channel, source: Channel | undefined): Party {
  const own = party(message, '');
  if (source === undefined) return own;
  const known = partyOf(source);
  if (known.num !== '' && (source !== dialling || source.extension !== '')) return known;
  return own.num === '' ? (state.legs.get(source.uniqueid)?.callee ?? own) : own;
}

/** The member for whom a queue rings a channel, directly or through Local channels. */
function memberBehind(state: State, dest: Channel, dialling: Channel | undefined): string {
  if (dest.member !== '' || dialling?.isInternal !== true) return dest.member;
  const half = otherHalf(state, dialling);
  return half === undefined ? '' : half.member || (state.legs.get(half.uniqueid)?.member ?? '');
}

/** Whether one more leg fits into a call; forgets its oldest legs that nobody answered if there are too many. */
function fitsLeg({ capacity }: State, { legs, callerPath }: Call): boolean {
  if (capacity.isFull('dialled legs in one call', legs.length)) {
    const isSpent = (leg: Leg): boolean =>
      leg.endedAt !== undefined && leg.answeredAt === undefined && leg !== callerPath?.lastRung;
    const spent = new Set(legs.filter(isSpent).slice(0, spentAtOnce));
    legs.splice(0, legs.length, ...legs.filter((leg) => !spent.has(leg)));
  }
  return capacity.fits('dialled legs in one call', legs.length);
}

export const dialBegin: Handler = (state, message, now, emit) => {
  const dest = state.channels.get(message.get('DestUniqueid'));
  if (dest === undefined) return;
  const listed = state.legs.get(dest.uniqueid);
  if (listed?.isAdopted === false) return;
  if (listed === undefined && !fitsLeg(state, dest.call)) return;
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
    dialString: withoutAnsweringHeader(message.get('DialString')),
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
  // The phone's own Newstate may come first.
  if (dest.state === ringingState || message.get('DestChannelState') === String(ringingState)) {
    noteRinging(state.legs, dest.uniqueid);
  }
  const { call } = leg;
  if (leg.isOutside) {
    // A dialler calls an outside party first: that party did not call in.
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
 * Asterisk often ends a ringing twice (NOANSWER, then CANCEL): the first one counts. An answered leg goes on until its
 * channel hangs up. A DialEnd without a DialBegin (an attended transfer's Local;1) ends nothing.
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

/** If Originate had no ChannelId, Asterisk does not say which channel it was: take the newest of that device. */
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

/** Milliseconds for which a leg whose channel is gone waits for the event that says why. */
const reasonWait = 2_000;

/** Ends the legs of lost channels whose reason never came. */
export function endUnexplained(state: State, now: number, emit: Emit): void {
  for (const leg of state.legs.values()) {
    if (leg.channelLostAt === undefined || now - leg.channelLostAt < reasonWait) continue;
    state.endLeg(leg, leg.source === undefined ? 'noanswer' : 'cancel', (now / 1000).toFixed(6), emit);
  }
}
