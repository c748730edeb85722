import type { AmiMessage } from '../../ami/message.ts';
import type { Channel, Emit, Leg, Party } from '../model.ts';
import { deviceOf, isRungBy, known } from '../channel-name.ts';
import { outsideNumber } from '../dialled-number.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { addSnapshot, closeChannel, refresh } from '../handlers/channels.ts';
import { ResyncWindow } from './resync-window.ts';
import { partyOf } from '../parties.ts';
import { noteRinging, ringingState } from '../ringing.ts';
import { resumeCallerPaths } from './resume.ts';
import { reassignExtensions, applyHints, applyQueues } from './apply-lists.ts';
import { joinLine } from '../queue.ts';
import type { State } from '../state.ts';

/** A channel that was unknown, and its item in the list. */
interface Listed {
  readonly channel: Channel;
  readonly message: AmiMessage;
}

/** `00:02:58` → 178 000. */
function elapsed(duration: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = duration.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/**
 * Adopts a phone that was already rung when the lists were asked for. Asterisk's application on it shows that (AppDial:
 * by a channel, AppQueue: by a queue, AppDial2: by Originate). If the daemon has just started, its predecessor told the
 * dial-begin, and we tell the dial-end. If only AMI was away, nothing told it: we tell it now if it still rings, and
 * otherwise never (a late ring is worse than none). Each dial-begin has exactly one dial-end.
 */
function adoptLeg(
  state: State,
  { channel, message }: Listed,
  items: readonly AmiMessage[],
  now: number,
  emit: Emit,
): void {
  const application = message.get('Application');
  if (channel.isInternal || !isRungBy(application)) return;
  const isRinging = channel.stateDesc === 'Ringing';
  const isTold = state.isBuilt && isRinging;
  const isOriginated = application === 'AppDial2';
  const source = isOriginated ? undefined : state.channels.get(channel.call.id);
  const leg: Leg = {
    call: channel.call,
    source,
    sourceName: source?.name ?? '',
    caller: source === undefined ? { num: channel.connectedLineNum, name: channel.connectedLineName } : partyOf(source),
    destUniqueid: channel.uniqueid,
    destName: channel.name,
    callee: calleeOf(channel, dialledBy(channel, items)),
    extension: channel.extension,
    dialString: '',
    member: memberOf(state, channel),
    rang: isRinging || channel.stateDesc === 'Up',
    beganAt: channel.createdAt,
    answeredAt: channel.stateDesc === 'Up' ? channel.createdAt : undefined,
    endedAt: undefined,
    fallbackStatus: undefined,
    channelLostAt: undefined,
    isAdopted: !isTold,
    isOutside: state.directory.isTrunk(deviceOf(channel.name)),
    isHidden: state.isBuilt && !isRinging,
  };
  channel.call.legs.push(leg);
  state.legs.set(channel.uniqueid, leg);
  if (isTold) emit({ type: 'dial-begin', timestamp: (now / 1000).toFixed(6), leg });
}

/** The callee; for an outside line, the number that was dialled. */
function calleeOf(channel: Channel, dialString: string): Party {
  const { num, name } = partyOf(channel);
  return channel.extension === '' ? { num: outsideNumber(num, dialString, channel.name), name } : { num, name };
}

/** What a Dial under way in the same call was given for this channel's device; `''` if there is none. */
function dialledBy({ name, linkedid }: Channel, items: readonly AmiMessage[]): string {
  const device = deviceOf(name);
  const slash = device.indexOf('/');
  const dialled = items
    .filter((item) => item.get('Linkedid') === linkedid && item.get('Application') === 'Dial')
    .flatMap((item) => (item.get('ApplicationData').split(',')[0] ?? '').split('&'));
  const parts = (text: string): string[] => text.slice(slash + 1).split(/[/@]/);
  return (
    dialled.find((one) => one.startsWith(device.slice(0, slash + 1)) && parts(one).includes(device.slice(slash + 1))) ??
    ''
  );
}

/** The member for whom a queue rings a listed phone, directly or through a Local channel with its number. */
function memberOf(state: State, { member, extension, call }: Channel): string {
  if (member !== '' || extension === '') return member;
  return state.liveChannels(call).some((other) => other.member === extension) ? extension : '';
}

/** Asterisk lists channels in no certain order. Sorts the oldest first, and within a second the first of a call. */
function byAge(a: AmiMessage, b: AmiMessage): number {
  const isFirst = (item: AmiMessage): number => Number(item.get('Uniqueid') === item.get('Linkedid'));
  return elapsed(b.get('Duration')) - elapsed(a.get('Duration')) || isFirst(b) - isFirst(a);
}

function rebuildChannels(state: State, items: readonly AmiMessage[], now: number, emit: Emit): void {
  const { gone, fresh, bridged, left } = state.resyncWindow ?? new ResyncWindow();
  const listed = new Set<string>();
  const added: Listed[] = [];
  for (const message of [...items].sort(byAge)) {
    const uniqueid = message.get('Uniqueid');
    if (gone.has(uniqueid)) continue;
    listed.add(uniqueid);
    let channel = state.channels.get(uniqueid);
    if (channel === undefined) {
      if (!state.fitsChannel(now)) continue;
      channel = addSnapshot(state, message, now - elapsed(message.get('Duration')));
      channel.call.incomplete = true;
      if (/^(Chan|Exten)Spy$/.test(message.get('Application'))) channel.isInternal = true;
      if (message.get('Application') === 'AppQueue') {
        channel.member = state.directory.extensionOf(deviceOf(channel.name)) || channel.callerIdNum;
      }
      added.push({ channel, message });
    } else if (!fresh.has(uniqueid)) {
      // Something happened unseen.
      if (String(channel.state) !== message.get('ChannelState')) channel.call.incomplete = true;
      refresh(channel, message);
      if (channel.state === ringingState) noteRinging(state.legs, uniqueid);
      const leg = state.legs.get(uniqueid);
      if (leg?.answeredAt === undefined && leg !== undefined && channel.stateDesc === 'Up') leg.answeredAt = now;
    }
    if ((bridged.has(uniqueid) || left.has(uniqueid)) && !fresh.has(uniqueid)) channel.call.incomplete = true;
    if (bridged.has(uniqueid)) continue;
    const bridge = message.get('BridgeId') === left.get(uniqueid) ? '' : message.get('BridgeId');
    if (channel.bridge !== bridge) {
      channel.isApart = false;
      if (!fresh.has(uniqueid)) channel.call.incomplete = true;
    }
    channel.bridge = bridge;
  }
  for (const one of added) adoptLeg(state, one, items, now, emit);
  const timestamp = (now / 1000).toFixed(6);
  for (const channel of [...state.channels.values()]) {
    if (listed.has(channel.uniqueid) || fresh.has(channel.uniqueid)) continue;
    channel.call.incomplete = true;
    const leg = state.legs.get(channel.uniqueid);
    if (leg !== undefined && leg.answeredAt === undefined) leg.fallbackStatus ??= 'cancel';
    closeChannel(state, channel, timestamp, now, emit);
  }
}

function rebuildQueues(state: State, items: readonly AmiMessage[], now: number, emit: Emit): void {
  const { gone, replaced } = state.resyncWindow ?? new ResyncWindow();
  applyQueues(state, items, undefined, emit);
  const since = new Map([...state.queues.values()].map(({ name, waiting }) => [name, new Map(waiting)]));
  for (const queue of state.queues.values()) queue.waiting.clear();
  for (const message of items) {
    if (message.name !== 'QueueEntry') continue;
    const named = known(message.get('Uniqueid'));
    const uniqueid = replaced.get(named) ?? named;
    if (gone.has(uniqueid)) continue;
    const queue = state.queue(message.get('Queue'));
    // The list tells whole seconds only, another moment each time that it is read.
    const joinedAt = since.get(queue.name)?.get(uniqueid) ?? now - (Number(message.get('Wait')) || 0) * 1000;
    joinLine(queue, uniqueid, joinedAt);
  }
}

/**
 * Makes the picture agree with Asterisk's own lists. Events that arrive while the lists come are newer than the lists:
 * what they made or ended stays so, and `Picture` applies their other changes again. Calls that vanished unseen are
 * closed with what is known. If nothing was missed (a reload), the picture already knows more of the calls than the
 * lists.
 */
export function resync(state: State, lists: Snapshot, now: number, emit: Emit): void {
  // Devices first: they tell whether a channel comes from outside.
  state.directory.setEndpoints(lists.endpoints);
  applyHints(state, lists.hints);
  rebuildQueues(state, lists.queues, now, emit);
  reassignExtensions(state);
  if (!state.isWhole) {
    rebuildChannels(state, lists.channels, now, emit);
    resumeCallerPaths(state, lists, now, emit);
  }
  state.isBuilt = true;
  state.isWhole = true;
}
