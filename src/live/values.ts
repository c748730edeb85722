import { deviceOf } from '../picture/channel-name.ts';
import type { Call, Channel, Leg, Member, Queue } from '../picture/model.ts';
import { partyOf } from '../picture/parties.ts';
import type { Picture } from '../picture/picture.ts';
import { extensionOfMember, isReachable } from '../picture/queue.ts';

/**
 * What readers are told of the picture: the fields are documented (docs/stream.md), keep their names and their order,
 * and are never left out. Moments are whole seconds since 1970; `null`: never, or not yet.
 */

/** What the channels of a device show. */
export type DeviceState = 'idle' | 'calling' | 'ringing' | 'talking' | 'onhold';

/** An extension. */
export interface ExtensionValue {
  readonly extension: string;
  /** AST_EXTENSION bit field, as in the event `extensionstatus`; `null`: it has no hint. */
  readonly status: string | null;
  readonly statusText: string | null;
  readonly devices: readonly { readonly device: string; readonly state: DeviceState }[];
}

/** A queue in numbers. */
export interface QueueValue {
  readonly queue: string;
  /** Callers that wait. */
  readonly waiting: number;
  /** Since when the one waits that has waited longest. */
  readonly waitingSince: number | null;
  readonly members: number;
  readonly paused: number;
  /** Members that could be rung now: neither paused nor in a call, with a phone that can be reached. */
  readonly free: number;
}

/** A member of a queue. */
export interface MemberValue {
  readonly queue: string;
  readonly interface: string;
  /** `''`: nobody's. */
  readonly extension: string;
  readonly name: string;
  readonly paused: boolean;
  readonly reason: string;
  readonly pausedSince: number | null;
  /** AST_DEVICE, 0 to 8. */
  readonly status: number;
  readonly inCall: boolean;
  readonly callsTaken: number;
  readonly lastCall: number | null;
  readonly penalty: string;
  readonly membership: string;
}

/** A caller that waits in a queue. */
export interface CallerValue {
  readonly queue: string;
  /** 1: the next one. */
  readonly position: number;
  readonly uniqueid: string;
  /** Id of the call; `''`: unknown. */
  readonly call: string;
  readonly number: string;
  readonly name: string;
  readonly since: number;
}

/** A phone or an outside line that takes part in a call. */
export interface LegValue {
  readonly uniqueid: string;
  readonly channel: string;
  /** `''`: an outside party. */
  readonly extension: string;
  readonly number: string;
  readonly name: string;
  /** `calling`: it called, and nobody has answered it. */
  readonly state: 'calling' | 'ringing' | 'up';
  readonly since: number;
  readonly answeredSince: number | null;
  /** It holds the others. */
  readonly onHold: boolean;
}

/** A call that goes on. */
export interface CallValue {
  readonly call: string;
  readonly direction: 'inbound' | 'outbound' | 'internal';
  readonly since: number;
  readonly dialled: string;
  /** `open`: nobody talks or rings: the caller hears a menu, or waits. */
  readonly state: 'open' | 'ringing' | 'answered';
  /** When somebody answered first. */
  readonly answeredSince: number | null;
  readonly legs: readonly LegValue[];
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
const known = (time: number): number | null => (time > 0 ? time : null);

/** AST_STATE_RINGING, AST_STATE_UP (include/asterisk/channelstate.h). */
const [ringing, up] = [5, 6];

/** `undefined`: there is no such extension. */
export function extensionValue(picture: Picture, extension: string): ExtensionValue | undefined {
  const hint = picture.directory.hintOf(extension);
  const devices = picture.directory.devicesOf(extension);
  if (hint === undefined && devices.length === 0) return undefined;
  const channels = [...picture.channels.values()].filter(
    (channel) => channel.extension === extension && !channel.isInternal,
  );
  return {
    extension,
    status: hint?.status ?? null,
    statusText: hint?.statusText ?? null,
    devices: devices.map((device) => ({
      device,
      state: deviceState(channels.filter(({ name }) => deviceOf(name) === device)),
    })),
  };
}

/** Of several calls, the one that matters most speaks for the device. */
function deviceState(channels: readonly Channel[]): DeviceState {
  if (channels.length === 0) return 'idle';
  const talking = channels.filter(({ state }) => state === up);
  if (talking.some(({ onHold }) => !onHold)) return 'talking';
  if (channels.some(({ state }) => state === ringing)) return 'ringing';
  return talking.length > 0 ? 'onhold' : 'calling';
}

export function queueValue({ name, members, waiting }: Queue): QueueValue {
  const all = [...members.values()];
  const oldest = Math.min(...waiting.values());
  return {
    queue: name,
    waiting: waiting.size,
    waitingSince: waiting.size === 0 ? null : seconds(oldest),
    members: all.length,
    paused: all.filter(({ paused }) => paused).length,
    free: all.filter(isFree).length,
  };
}

/** AST_DEVICE 1 not in use; 0 unknown: app_queue rings those too. */
function isFree(member: Member): boolean {
  return !member.paused && !member.inCall && isReachable(member) && member.status <= 1;
}

export function memberValue(picture: Picture, queue: string, member: Member): MemberValue {
  const { paused, pausedReason, lastPause, status, inCall, callsTaken, lastCall, penalty, membership } = member;
  return {
    queue,
    interface: member.interface,
    extension: extensionOfMember(picture.directory, member),
    name: member.name,
    paused,
    reason: paused ? pausedReason : '',
    pausedSince: paused ? known(lastPause) : null,
    status,
    inCall,
    callsTaken,
    lastCall: known(lastCall),
    penalty,
    membership,
  };
}

/** Everybody who waits in a queue, the next one first. */
export function callerValues({ channels, callOf }: PictureOfCallers, { name, waiting }: Queue): CallerValue[] {
  return [...waiting].map(([uniqueid, since], i) => {
    const channel = channels.get(uniqueid);
    return {
      queue: name,
      position: i + 1,
      uniqueid,
      call: callOf(uniqueid)?.id ?? '',
      number: channel?.callerIdNum ?? '',
      name: channel?.callerIdName ?? '',
      since: seconds(since),
    };
  });
}

/** What `callerValues` reads of the picture. */
export interface PictureOfCallers {
  readonly channels: ReadonlyMap<string, Readonly<Channel>>;
  readonly callOf: (uniqueid: string) => Call | undefined;
}

/** `undefined`: it is over, or nobody but Asterisk takes part in it. */
export function callValue(picture: Picture, call: Call): CallValue | undefined {
  const people = picture.liveChannelsOf(call).filter(({ isInternal }) => !isInternal);
  if (people.length === 0) return undefined;
  const answered = call.legs.filter(({ isHidden, answeredAt }) => !isHidden && answeredAt !== undefined);
  const legs = people.map((channel) => legValue(channel, picture.legs.get(channel.uniqueid), answered));
  const isRung = legs.filter(({ uniqueid }) => picture.legs.has(uniqueid));
  const first = Math.min(...answered.map(({ answeredAt = Infinity }) => answeredAt));
  return {
    call: call.id,
    direction: call.direction,
    since: seconds(call.startedAt),
    dialled: call.dialled,
    state: isRung.some(({ state }) => state === 'up')
      ? 'answered'
      : isRung.some(({ state }) => state === 'ringing')
        ? 'ringing'
        : 'open',
    answeredSince: Number.isFinite(first) ? seconds(first) : null,
    legs,
  };
}

/** `rung`: with which it was rung, if it was; `answered`: the answered legs of its call. */
function legValue(channel: Channel, rung: Leg | undefined, answered: readonly Leg[]): LegValue {
  const { num, name } = partyOf(channel);
  const at = rung === undefined ? answered.find(({ source }) => source === channel)?.answeredAt : rung.answeredAt;
  return {
    uniqueid: channel.uniqueid,
    channel: channel.name,
    extension: channel.extension,
    number: num,
    name,
    state: channel.state === up ? 'up' : rung === undefined ? 'calling' : 'ringing',
    since: seconds(channel.createdAt),
    answeredSince: at === undefined ? null : seconds(at),
    onHold: channel.onHold,
  };
}
