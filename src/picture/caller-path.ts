import type { CallerPath, Channel, Interval, Menu, QueueVisit, Stage } from './model.ts';
import { partyOf } from './parties.ts';
import type { State } from './state.ts';

/** A caller path that begins on this channel. `at`: ms epoch. */
export function newCallerPath(callerChannel: Channel, at: number): CallerPath {
  return {
    call: callerChannel.call,
    callerChannel,
    caller: partyOf(callerChannel).num,
    menus: [],
    queues: [],
    feedback: [],
    stage: 'ivr',
    stagedAt: at,
    score: '',
    isScoreTold: false,
    hasVoicemail: false,
    lastRung: undefined,
    agent: '',
    agentLeg: undefined,
    enteringQueue: undefined,
    hangupCause: '',
    endedAt: undefined,
  };
}

/** The caller entered a stage. Events may come in another order than their times: an older one changes nothing. */
export function enter(callerPath: CallerPath, stage: Stage, at: number): void {
  if (at < callerPath.stagedAt) return;
  callerPath.stage = stage;
  callerPath.stagedAt = at;
}

/**
 * The caller path of a channel, begun now if its call has none. A call has one, of the first caller: `undefined` for
 * any other channel. `at`: ms epoch.
 */
export function callerPathOf(channel: Channel, at: number): CallerPath | undefined {
  const { call } = channel;
  if (call.callerPath !== undefined) return pathOfCaller(channel);
  call.callerPath = newCallerPath(channel, at);
  return call.callerPath;
}

/** The caller path of a channel; `undefined` if it is not the caller's channel of its call. */
export function pathOfCaller(channel: Channel): CallerPath | undefined {
  const { callerPath } = channel.call;
  return callerPath?.callerChannel === channel ? callerPath : undefined;
}

/** The menu the caller is in. */
export function openMenu(callerPath: CallerPath): Menu | undefined {
  const menu = callerPath.menus.at(-1);
  return menu?.leftAt === undefined ? menu : undefined;
}

/** The queue the caller waits in. */
export function openQueueVisit(callerPath: CallerPath): QueueVisit | undefined {
  const visit = callerPath.queues.at(-1);
  return visit?.leftAt === undefined ? visit : undefined;
}

/** The survey the caller is in. */
export function openSurvey(callerPath: CallerPath): Interval | undefined {
  const survey = callerPath.feedback.at(-1);
  return survey?.to === undefined ? survey : undefined;
}

/** The caller came into a menu. `at`: ms epoch. */
export function beginMenu(callerPath: CallerPath, context: string, id: string, at: number): void {
  callerPath.menus.push({ context, id, enteredAt: at, leftAt: undefined, keys: '', isTold: false });
  enter(callerPath, 'ivr', at);
}

/** The caller came into the survey. `at`: ms epoch. */
export function beginSurvey(callerPath: CallerPath, at: number): void {
  callerPath.feedback.push({ from: at, to: undefined });
  enter(callerPath, 'feedback', at);
}

/** The caller left the menu they were in, if they were in one. `at`: ms epoch. */
export function leaveMenu(callerPath: CallerPath, at: number): void {
  const menu = openMenu(callerPath);
  if (menu !== undefined) menu.leftAt = at;
}

/**
 * The caller left the queue they waited in, if they waited in one. A lost call is judged by the members that the queue
 * has at this moment. `at`: ms epoch.
 */
export function leaveQueue(state: State, callerPath: CallerPath, at: number): void {
  const visit = openQueueVisit(callerPath);
  if (visit === undefined) return;
  visit.leftAt = at;
  visit.hadMembers = state.hasMembers(visit.queue);
}

/** The caller left the survey, if they were in it. `at`: ms epoch. */
export function leaveSurvey(callerPath: CallerPath, at: number): void {
  const survey = openSurvey(callerPath);
  if (survey !== undefined) survey.to = at;
}

/** Forgets a survey that the caller came into since `since` (ms epoch). */
export function forgetSurvey(callerPath: CallerPath, since: number): void {
  const { feedback } = callerPath;
  while ((feedback.at(-1)?.from ?? -Infinity) >= since) feedback.pop();
  if (callerPath.stage === 'feedback' && callerPath.stagedAt >= since) callerPath.stage = 'bridged';
}

/**
 * Forgets what a caller came to since `since` (ms epoch). A call that came to nothing else has no caller path.
 */
export function forgetSteps(callerPath: CallerPath, since: number): void {
  const { menus, queues, feedback } = callerPath;
  forgetSurvey(callerPath, since);
  callerPath.enteringQueue = undefined;
  for (let last = menus.at(-1); last?.isTold === false && last.enteredAt >= since; last = menus.at(-1)) menus.pop();
  if (callerPath.stagedAt >= since && callerPath.stage !== 'queue') callerPath.stage = 'bridged';
  if (menus.length + queues.length + feedback.length === 0) callerPath.call.callerPath = undefined;
}
