import type { AmiMessage } from '../../ami/message.ts';
import type { CallerPath, Channel, Emit } from '../model.ts';
import { everybodyWith } from '../local-channels.ts';
import { answeredLeg, beginVisit } from '../handlers/queue-visits.ts';
import { isRungBy } from '../channel-name.ts';
import {
  beginMenu,
  beginSurvey,
  enter,
  callerPathOf,
  leaveMenu,
  leaveSurvey,
  pathOfCaller,
  openMenu,
  openSurvey,
  openQueueVisit,
  leaveQueue,
} from '../caller-path.ts';
import { partyOf } from '../parties.ts';
import type { State } from '../state.ts';
import { partner, partners, retalk } from '../talks.ts';

/** What Asterisk lists of channels and of callers that wait in queues. */
export interface Whereabouts {
  readonly channels: readonly AmiMessage[];
  readonly queues: readonly AmiMessage[];
}

/**
 * Continues the caller paths after events were missed. The lists tell who waits, talks, or is in a menu now, but not
 * since when, nor what came before. Such a call is marked incomplete. `now`: ms epoch.
 */
export function resumeCallerPaths(state: State, { channels, queues }: Whereabouts, now: number, emit: Emit): void {
  for (const channel of state.channels.values()) retalk(state, everybodyWith(state, channel), now);
  const entries = new Map(
    queues.filter(({ name }) => name === 'QueueEntry').map((entry) => [entry.get('Uniqueid'), entry]),
  );
  for (const item of channels) {
    const channel = state.channels.get(item.get('Uniqueid'));
    if (channel === undefined || state.resyncWindow?.fresh.has(channel.uniqueid) === true) continue;
    const isInQueue = item.get('Application') === 'Queue';
    // The conversation may have ended since.
    const hasTalked = isInQueue && (channel.bridge !== '' || item.get('BridgeId') !== '');
    if (state.resyncWindow?.stepped.has(channel.uniqueid) === true) {
      resumeStepped(state, channel, hasTalked ? item : undefined, now, emit);
      continue;
    }
    const entry = entries.get(channel.uniqueid);
    if (entry !== undefined) resumeWaiting(state, channel, entry, now, emit);
    else if (hasTalked) resumeTalking(state, channel, item, now, emit);
    else resumeStep(state, channel, item, now);
    if (channel.dialplanStep === '') channel.dialplanStep = `${item.get('Exten')}@${item.get('Context')}`;
  }
}

function resumeWaiting(state: State, channel: Channel, entry: AmiMessage, now: number, emit: Emit): void {
  const queue = entry.get('Queue');
  const callerPath = callerPathOf(channel, now);
  if (callerPath === undefined || openQueueVisit(callerPath)?.queue === queue) return;
  leaveAll(state, callerPath, now);
  beginVisit(callerPath, queue, now - Number(entry.get('Wait')) * 1000, emit);
  callerPath.lastRung ??= channel.call.legs.findLast(({ rang, member }) => rang && member !== '');
}

/**
 * Events since the snapshot was asked for tell where the caller is; earlier ones may have been missed. `talking`: the
 * list's item of a caller that talked in Queue().
 */
function resumeStepped(state: State, channel: Channel, talking: AmiMessage | undefined, now: number, emit: Emit): void {
  const callerPath = pathOfCaller(channel);
  if (callerPath === undefined) return;
  callerPath.call.incomplete = true;
  if (talking !== undefined && callerPath.queues.at(-1)?.queue === queueOf(talking)) {
    resumeTalking(state, channel, talking, now, emit);
  }
}

const queueOf = (item: AmiMessage): string => item.get('ApplicationData').split(',')[0] ?? '';

/** The channel that talks with this one, or was the last to do so since then (ms epoch). */
function peerOf(channel: Channel, since: number): Channel | undefined {
  const last = channel.talks.at(-1);
  const peer = last === undefined || last.from < since ? undefined : partner(last, channel);
  return partners(channel).at(-1) ?? peer;
}

/** A caller in Queue() that does not wait any more talks, or has talked, to a member. */
function resumeTalking(state: State, channel: Channel, item: AmiMessage, now: number, emit: Emit): void {
  const queue = queueOf(item);
  const callerPath = callerPathOf(channel, now);
  const peer = peerOf(channel, callerPath?.queues.at(-1)?.joinedAt ?? 0);
  if (callerPath === undefined || peer === undefined) return;
  let visit = callerPath.queues.at(-1);
  if (visit?.answeredAt !== undefined) return;
  if (visit?.queue !== queue) {
    leaveAll(state, callerPath, now);
    visit = beginVisit(callerPath, queue, now, emit);
  }
  visit.leftAt ??= now;
  visit.answeredAt = now;
  callerPath.agent = partyOf(peer).num;
  callerPath.agentLeg = answeredLeg(state, callerPath.call, peer.uniqueid, callerPath.agent);
  enter(callerPath, 'bridged', now);
}

function resumeStep(state: State, channel: Channel, item: AmiMessage, now: number): void {
  const context = item.get('Context');
  const id = state.contexts.menuOf(context);
  // A phone that is rung shows the context of the channel that rings it.
  const isCalled = isRungBy(item.get('Application')) || channel.bridge !== '';
  // A channel that dials is in no menu, whatever its context.
  const isDialling = item.get('Application') === 'Dial';
  const known = pathOfCaller(channel);
  if (known !== undefined && (isDialling || openQueueVisit(known) !== undefined)) leaveAll(state, known, now);
  if (isCalled || isDialling) return;
  if (id !== undefined) {
    const callerPath = known ?? callerPathOf(channel, now);
    if (callerPath === undefined) return;
    // Keys may have been pressed unseen.
    channel.call.incomplete = true;
    if (openMenu(callerPath)?.context === context) return;
    leaveAll(state, callerPath, now);
    beginMenu(callerPath, context, id, now);
  } else if (state.contexts.isSurvey(context)) {
    const callerPath = known ?? callerPathOf(channel, now);
    if (callerPath === undefined) return;
    channel.call.incomplete = true;
    if (openSurvey(callerPath) !== undefined) return;
    leaveAll(state, callerPath, now);
    beginSurvey(callerPath, now);
  } else if (known !== undefined) leaveAll(state, known, now);
}

/** The caller left everything they were in, unseen. */
function leaveAll(state: State, callerPath: CallerPath, now: number): void {
  const isIn = [openQueueVisit(callerPath), openMenu(callerPath), openSurvey(callerPath)].some(
    (place) => place !== undefined,
  );
  if (isIn) callerPath.call.incomplete = true;
  leaveQueue(state, callerPath, now);
  leaveMenu(callerPath, now);
  leaveSurvey(callerPath, now);
}
