import type { Call, Channel, Leg } from './call.ts';
import { partyOf } from './parties.ts';

/** Where a caller was, as `cdrState` tells it (contract §3.7). */
export type Stage = 'ivr' | 'queue' | 'bridged' | 'feedback';

/** An IVR menu, from when the caller came into its context until they left it; a menu heard again is the same one. Times: ms epoch. */
export interface Menu {
  readonly context: string;
  /** What the pattern of api.conf leaves of the context's name: `ivr-610` is 610. */
  readonly id: string;
  readonly enteredAt: number;
  leftAt: number | undefined;
  /** Keys pressed in it, valid or not. */
  keys: string;
  /** Its record was made (contract §3.5). */
  isTold: boolean;
}

/** A queue, from when the caller joined it, or was refused, until they left it. Times: ms epoch. */
export interface QueueVisit {
  readonly queue: string;
  readonly joinedAt: number;
  leftAt: number | undefined;
  /** A member answered. */
  answeredAt: number | undefined;
  /** QUEUESTATUS in lower case (`timeout`, `joinempty`, `full` …), `''` when the application did not set it. */
  status: string;
  /** When the caller left: a member was logged in with a phone that can be reached, paused or not. */
  hadMembers: boolean;
}

/** From when to when, ms epoch; `undefined`: it goes on. */
export interface Interval {
  readonly from: number;
  to: number | undefined;
}

/**
 * What a caller went through, written down as it happens: menus, queues, survey. Begins with the first menu or queue of a
 * call; with whom they talked and to whom they were handed
 * is in `callerChannel`, whose phones rang in `call.legs`.
 */
export interface CallerPath {
  readonly call: Call;
  /** The caller's channel, whoever rang whom: who heard the menu or waited in the queue. */
  callerChannel: Channel;
  /** Their number when the caller path began. */
  caller: string;
  readonly menus: Menu[];
  readonly queues: QueueVisit[];
  /** Time in the survey. */
  readonly feedback: Interval[];
  /** The last that they entered, and when (ms epoch). */
  stage: Stage;
  stagedAt: number;
  /** A digit; `''`: none. */
  score: string;
  /** The dialplan says by a variable which keys are a score; else each digit pressed in the survey is one. */
  isScoreTold: boolean;
  hasVoicemail: boolean;
  /** The caller asked somebody for another one and connected the two: out of the conversation, and asked for no score. */
  hasConnected: boolean;
  /** Of the phones that a queue had rung for its members, the one that was rung last. */
  rung: Leg | undefined;
  /** Extension (or else the number) of the member that answered, `''`: none did. */
  agent: string;
  /** The ringing and conversation of `agent`'s phone, when it answered. */
  agentLeg: Leg | undefined;
  /** Queue() was entered and neither joined nor refused yet. */
  trying: string | undefined;
  /** The technology's own words for the end of the caller's channel: `PJSIP 487`, `SIP Normal Clearing`. */
  hangupCause: string;
  /** ms epoch; the caller's side is over. */
  endedAt: number | undefined;
}

/** A caller path that begins here. `at`: ms epoch. */
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
    hasConnected: false,
    rung: undefined,
    agent: '',
    agentLeg: undefined,
    trying: undefined,
    hangupCause: '',
    endedAt: undefined,
  };
}

/** Notes that the caller came into something; events may come in another order than their times. */
export function enter(callerPath: CallerPath, stage: Stage, at: number): void {
  if (at < callerPath.stagedAt) return;
  callerPath.stage = stage;
  callerPath.stagedAt = at;
}

/** The caller path that a channel is on, begun now when its call has none: one per call, of who came first. `at`: ms epoch. */
export function callerPathOf(channel: Channel, at: number): CallerPath | undefined {
  const { call } = channel;
  if (call.callerPath !== undefined) return pathOfCaller(channel);
  call.callerPath = newCallerPath(channel, at);
  return call.callerPath;
}

/** The caller path whose caller a channel is. */
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
  if (callerPath.hasConnected) return;
  callerPath.feedback.push({ from: at, to: undefined });
  enter(callerPath, 'feedback', at);
}

/** The caller left the menu they were in, if they were in one. `at`: ms epoch. */
export function leaveMenu(callerPath: CallerPath, at: number): void {
  const menu = openMenu(callerPath);
  if (menu !== undefined) menu.leftAt = at;
}

/** The caller left the survey, if they were in it. `at`: ms epoch. */
export function leaveSurvey(callerPath: CallerPath, at: number): void {
  const survey = openSurvey(callerPath);
  if (survey !== undefined) survey.to = at;
}

/**
 * The caller has connected whom they asked with whom they asked for. The dialplan may have led them on into the survey
 * already, in the moment until their phone hangs up. `at`: ms epoch.
 */
export function connectOthers(callerPath: CallerPath, at: number): void {
  callerPath.hasConnected = true;
  const survey = openSurvey(callerPath);
  if (survey === undefined || survey.from < at - aMoment) return;
  callerPath.feedback.pop();
  if (callerPath.stage === 'feedback') callerPath.stage = 'bridged';
}

/** ms */
const aMoment = 500;
