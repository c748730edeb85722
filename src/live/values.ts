import { deviceOf } from '../picture/channel-name.ts';
import type { Call, Channel, Leg, Member, Queue } from '../picture/model.ts';
import { partyOf } from '../picture/parties.ts';
import type { Picture } from '../picture/picture.ts';
import { extensionOfMember, isReachable } from '../picture/queue.ts';
import type {
  CallerValue,
  CallValue,
  DeviceState,
  ExtensionValue,
  LegValue,
  MemberValue,
  QueueValue,
} from './things.ts';

const seconds = (ms: number): number => Math.floor(ms / 1000);
const known = (time: number): number | null => (time > 0 ? time : null);

/** AST_STATE_RINGING, AST_STATE_UP (include/asterisk/channelstate.h). */
const [ringing, up] = [5, 6];

/** The channels that people hold, by the extension whose phone they are on. */
export function channelsByExtension({ channels }: Pick<Picture, 'channels'>): Map<string, Channel[]> {
  const found = new Map<string, Channel[]>();
  for (const channel of channels.values()) {
    if (channel.extension === '' || channel.isInternal) continue;
    const own = found.get(channel.extension);
    if (own === undefined) found.set(channel.extension, [channel]);
    else own.push(channel);
  }
  return found;
}

/** `channels`: those of its phones. `undefined`: there is no such extension. */
export function extensionValue(
  { directory }: Pick<Picture, 'directory'>,
  extension: string,
  channels: readonly Channel[] = [],
): ExtensionValue | undefined {
  const hint = directory.hintOf(extension);
  const devices = directory.devicesOf(extension);
  if (hint === undefined && devices.length === 0) return undefined;
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
    menus: (call.callerPath?.menus ?? []).map(({ id, context }) => ({ id, context })),
    queue: call.callerPath?.queues.at(-1)?.queue ?? '',
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
