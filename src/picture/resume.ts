import type { AmiMessage } from '../ami/message.ts';
import type { Channel } from './call.ts';
import type { Emit } from './change.ts';
import { answeredLeg, beginVisit } from './handlers/visits.ts';
import { deviceOf, isRungBy } from './channel-name.ts';
import type { Journey } from './journey.ts';
import {
  beginMenu,
  beginSurvey,
  enter,
  journeyOf,
  leaveMenu,
  leaveSurvey,
  ofTraveller,
  openMenu,
  openSurvey,
  openVisit,
} from './journey.ts';
import { leaveQueue } from './leave-queue.ts';
import type { State } from './state.ts';
import { company, partners, retalk } from './talks.ts';

/** What Asterisk lists of the channels, and of who waits in its queues. */
export interface Whereabouts {
  readonly channels: readonly AmiMessage[];
  readonly queues: readonly AmiMessage[];
}

/**
 * Goes on with what callers went through while nobody looked: who waits, talks, or is in a menu now is known; since when,
 * and what else there was, is not. Such a call is marked. `now`: ms epoch.
 */
export function resumeJourneys(state: State, { channels, queues }: Whereabouts, now: number, emit: Emit): void {
  for (const channel of state.channels.values()) retalk(state, company(state, channel), now);
  const entries = new Map(
    queues.filter(({ name }) => name === 'QueueEntry').map((entry) => [entry.get('Uniqueid'), entry]),
  );
  for (const item of channels) {
    const channel = state.channels.get(item.get('Uniqueid'));
    if (channel === undefined || state.meanwhile?.fresh.has(channel.uniqueid) === true) continue;
    if (state.meanwhile?.stepped.has(channel.uniqueid) === true) {
      // Where they are was told since; what was before that may have been missed.
      if (ofTraveller(channel) !== undefined) channel.call.incomplete = true;
      continue;
    }
    const entry = entries.get(channel.uniqueid);
    if (entry !== undefined) resumeWaiting(state, channel, entry, now, emit);
    else if (item.get('Application') === 'Queue' && channel.bridge !== '')
      resumeTalking(state, channel, item, now, emit);
    else resumeStep(state, channel, item, now);
    if (channel.step === '') channel.step = `${item.get('Exten')}@${item.get('Context')}`;
  }
}

function resumeWaiting(state: State, channel: Channel, entry: AmiMessage, now: number, emit: Emit): void {
  const queue = entry.get('Queue');
  const journey = journeyOf(channel, now);
  if (journey === undefined || openVisit(journey)?.queue === queue) return;
  leaveAll(state, journey, now);
  beginVisit(journey, queue, now - Number(entry.get('Wait')) * 1000, emit);
}

/** A caller in Queue() who waits no more talks to a member. */
function resumeTalking(state: State, channel: Channel, item: AmiMessage, now: number, emit: Emit): void {
  const queue = item.get('ApplicationData').split(',')[0] ?? '';
  const journey = journeyOf(channel, now);
  const peer = partners(channel).at(-1);
  if (journey === undefined || peer === undefined) return;
  let visit = journey.queues.at(-1);
  if (visit?.answeredAt !== undefined) return;
  if (visit?.queue !== queue) {
    leaveAll(state, journey, now);
    visit = beginVisit(journey, queue, now, emit);
  }
  visit.leftAt ??= now;
  visit.answeredAt = now;
  journey.wasAgentCalled = true;
  journey.agent = state.directory.extensionOf(deviceOf(peer.name)) || peer.callerIdNum;
  journey.agentLeg = answeredLeg(state, journey.call, peer.uniqueid, journey.agent);
  enter(journey, 'bridged', now);
}

function resumeStep(state: State, channel: Channel, item: AmiMessage, now: number): void {
  const context = item.get('Context');
  const id = state.places.menuOf(context);
  // A phone that is rung shows the context of who rings it.
  const isCalled = isRungBy(item.get('Application')) || channel.bridge !== '';
  const known = ofTraveller(channel);
  if (known !== undefined && openVisit(known) !== undefined) leaveAll(state, known, now);
  if (isCalled) return;
  if (id !== undefined) {
    const journey = known ?? journeyOf(channel, now);
    if (journey === undefined) return;
    // Keys may have been pressed meanwhile.
    channel.call.incomplete = true;
    if (openMenu(journey)?.context === context) return;
    leaveAll(state, journey, now);
    beginMenu(journey, context, id, now);
  } else if (state.places.isSurvey(context)) {
    const journey = known ?? journeyOf(channel, now);
    if (journey === undefined) return;
    channel.call.incomplete = true;
    if (openSurvey(journey) !== undefined) return;
    leaveAll(state, journey, now);
    beginSurvey(journey, now);
  } else if (known !== undefined) leaveAll(state, known, now);
}

/** Nobody saw the caller leave: it is known that they did. */
function leaveAll(state: State, journey: Journey, now: number): void {
  const isIn = [openVisit(journey), openMenu(journey), openSurvey(journey)].some((place) => place !== undefined);
  if (isIn) journey.call.incomplete = true;
  leaveQueue(state, journey, now);
  leaveMenu(journey, now);
  leaveSurvey(journey, now);
}
