import type { CallerPath, Channel, Emit, Menu } from '../model.ts';
import { callerBehind, peopleOf } from '../local-channels.ts';
import { isRungBy } from '../channel-name.ts';
import {
  beginMenu,
  beginSurvey,
  callerPathOf,
  leaveMenu,
  leaveSurvey,
  pathOfCaller,
  openMenu,
  openSurvey,
  openQueueVisit,
  leaveQueue,
} from '../caller-path.ts';
import type { State, Handler } from '../state.ts';
import { momentOf } from '../time.ts';

/**
 * A caller's steps through the dialplan. Their contexts show menus and surveys; nothing else shows a queue that
 * refuses, or a transfer by Redirect.
 */
export const newexten: Handler = (state, message, now, emit) => {
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  const application = message.get('Application');
  // A phone that is rung does not go through the dialplan.
  if (isRungBy(application) || channel.hasConnected) return;
  const at = momentOf(message, now);
  const callerChannel = callerBehind(state, channel);
  state.resyncWindow?.stepped.add(channel.uniqueid).add(callerChannel.uniqueid);
  if (!state.isWhole) leaveUnseen(state, callerChannel, at);
  const context = message.get('Context');
  const exten = message.get('Extension');
  const step = `${exten}@${context}`;
  if (message.get('Priority') === '1') noteJump(channel, exten, at);
  if (step !== channel.dialplanStep) {
    stepInto(state, callerChannel, context, at, emit);
    channel.dialplanStep = step;
  }
  channel.hasTalked = channel.talks.at(-1) !== undefined && channel.talks.at(-1)?.to === undefined;
  if (application === 'Queue' && channel.bridge === '') {
    const callerPath = callerPathOf(callerChannel, at);
    if (callerPath !== undefined) callerPath.enteringQueue = message.get('AppData').split(',')[0] ?? '';
  }
};

/** A caller that waits in a queue takes no step: they left it while the connection was away. */
function leaveUnseen(state: State, callerChannel: Channel, at: number): void {
  const callerPath = pathOfCaller(callerChannel);
  if (callerPath === undefined || openQueueVisit(callerPath) === undefined) return;
  callerPath.call.incomplete = true;
  leaveQueue(state, callerPath, at);
}

/**
 * A caller in a conversation, or just out of one, is at the first step of a number: they were sent there, by a
 * Redirect, which no other event tells, or by a transfer that a BlindTransfer told just before. Otherwise the caller
 * goes on where they were, or a subroutine runs (`s`: hangup handlers, feature codes), or the steps after a hang-up
 * (`h`).
 */
function noteJump(channel: Channel, exten: string, at: number): void {
  const talk = channel.talks.at(-1);
  if (talk === undefined || !channel.hasTalked || exten === 's' || exten === 'h') return;
  const told = channel.transfers.at(-1);
  if (told === undefined || told.at < talk.from) channel.transfers.push({ how: 'blind', to: exten, at, isGuess: true });
}

function stepInto(state: State, channel: Channel, context: string, at: number, emit: Emit): void {
  const id = state.contexts.menuOf(context);
  const isSurvey = state.contexts.isSurvey(context);
  const callerPath = id === undefined && !isSurvey ? pathOfCaller(channel) : callerPathOf(channel, at);
  if (callerPath === undefined) return;
  if (id !== undefined) enterMenu(callerPath, context, id, at, emit);
  else leaveMenu(callerPath, at);
  if (!isSurvey) leaveSurvey(callerPath, at);
  if (!isSurvey || openSurvey(callerPath) !== undefined) return;
  const left = callerPath.feedback.at(-1);
  // Back from a subroutine: nothing else was entered in between.
  if (left !== undefined && callerPath.stage === 'feedback') left.to = undefined;
  else beginSurvey(callerPath, at);
}

/** A caller that comes back from a subroutine is in the same menu, if nothing else came in between. */
function enterMenu(callerPath: CallerPath, context: string, id: string, at: number, emit: Emit): void {
  const last = callerPath.menus.at(-1);
  if (last?.context === context && !last.isTold) {
    last.leftAt = undefined;
    return;
  }
  tellMenu(callerPath, '', at, emit);
  beginMenu(callerPath, context, id, at);
}

/** The menu is over for good (contract §3.5): told once, with the queue that follows it (`''`: none). */
export function tellMenu(callerPath: CallerPath, queue: string, at: number, emit: Emit): void {
  const menu = callerPath.menus.at(-1);
  if (menu === undefined || menu.isTold) return;
  menu.leftAt ??= at;
  menu.isTold = true;
  emit({ type: 'menu', callerPath, menu: menu as Menu & { leftAt: number }, queue });
}

export const keyPressed: Handler = (state, message, now) => {
  if (message.get('Direction') !== 'Received') return;
  const channel = state.channels.get(message.get('Uniqueid'));
  if (channel === undefined) return;
  // A key that comes out of a Local channel was pressed behind its other half, earlier: Asterisk spaces the keys.
  const key = message.get('Digit');
  for (const person of peopleOf(state, channel)) noteKey(person, key, momentOf(message, now));
  const callerPath = pathOfCaller(channel);
  if (callerPath === undefined) return;
  const menu = openMenu(callerPath);
  if (menu !== undefined) menu.keys += key;
  if (openSurvey(callerPath) !== undefined && !callerPath.isScoreTold && /^\d$/.test(key)) callerPath.score = key;
};

/** Milliseconds between two keys of one feature code: featuredigittimeout of features.conf is a second or two. */
const codeTimeout = 2_500;

/** More keys than any feature code has. */
const longestCode = 20;

function noteKey(person: Channel, key: string, at: number): void {
  const before = at - person.keys.at > codeTimeout ? '' : person.keys.text;
  person.keys = { text: (before + key).slice(-longestCode), at };
}

/** The caller's side is over. `at`: when; `now`: when it was heard of (ms epoch). */
export function endPath(state: State, callerPath: CallerPath, at: number, now: number, emit: Emit): void {
  tellMenu(callerPath, '', at, emit);
  leaveQueue(state, callerPath, at);
  leaveSurvey(callerPath, at);
  callerPath.endedAt = at;
  state.endedPaths.set(callerPath, now);
}
