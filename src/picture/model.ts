/**
 * What the picture is made of. Types only: no file of the room needs another one for its types. All moments are ms
 * epoch unless a comment says otherwise.
 */
import type { OutdatedList } from '../snapshot/snapshot.ts';
import type { MissedCall } from './missed-call.ts';

export type { MissedCall };

/** A number and a name as a phone shows them; `''` where Asterisk says `<unknown>`. */
export interface Party {
  readonly num: string;
  readonly name: string;
}

/** From when to when; `to` is `undefined` while it goes on. */
export interface Interval {
  readonly from: number;
  to: number | undefined;
}

/** One channel of Asterisk, as its newest event or list item described it. */
export interface Channel {
  /** `PJSIP/800-00000001`; only a masquerade changes it. */
  name: string;
  readonly uniqueid: string;
  /**
   * As Asterisk says it now. The call that the channel belongs to (`call`) stays the same when Asterisk merges calls.
   */
  linkedid: string;
  /** AST_STATE: 0 down, 4 ring, 5 ringing, 6 up (include/asterisk/channelstate.h). */
  state: number;
  stateDesc: string;
  callerIdNum: string;
  callerIdName: string;
  /** The extension whose device it is on; `''` for an outside party and for a half of a Local channel. */
  extension: string;
  /** The name that it had together with the extension's own number; `undefined` if it never had that number. */
  ownName: string | undefined;
  connectedLineNum: string;
  connectedLineName: string;
  /** Context and extension in which the channel was made: what a caller dialled. */
  readonly context: string;
  readonly exten: string;
  readonly call: Call;
  readonly createdAt: number;
  /** When its end was heard of; `undefined` while it lives. */
  endedAt: number | undefined;
  /** BridgeUniqueid, `''` outside of a bridge. */
  bridge: string;
  /** It is in a bridge in which nobody hears anybody: it is parked, or an agent that waits for calls. */
  isApart: boolean;
  onHold: boolean;
  /** Nobody holds it: a half of a Local channel, a listening supervisor, what a masquerade leaves behind. */
  isInternal: boolean;
  /** The caller behind a half of a Local channel, once the two were seen talking. */
  callerBehind: Channel | undefined;
  /** The member (extension, or else number) that a queue rings with it; `''` if no queue rang it. */
  member: string;
  /** Where it is in the dialplan, as `exten@context`. */
  dialplanStep: string;
  /** It has been in a conversation since its last step in the dialplan. */
  hasTalked: boolean;
  /** Its conversations, oldest first. */
  readonly talks: Talk[];
  /**
   * Its user has connected two others through it, and it is about to end. Asterisk may say until then that it is where
   * one of those was in the dialplan: those steps are not its own.
   */
  hasConnected: boolean;
  /** Its time on hold, whoever held it. */
  readonly holds: HoldPeriod[];
  /** Transfers of it by others, oldest first. */
  readonly transfers: Transfer[];
  /** Its stays in a parking lot, oldest first. */
  readonly parkings: Parking[];
  /** When its other end asked to hang up. */
  hangupRequestedAt: number | undefined;
  /** The API was asked to end it. */
  isEndedByUs: boolean;
  /** The keys pressed on it that may be one feature code, and when the last one was pressed. */
  keys: { readonly text: string; readonly at: number };
  /** When it last left a bridge in which people hear each other. */
  leftAt: number | undefined;
  /** When it last came into a bridge in which nobody hears anybody: it was parked. */
  apartAt: number | undefined;
}

/** Two people who hear each other. */
export interface Talk extends Interval {
  readonly between: readonly [Channel, Channel];
  /** The recordings that hold it or a part of it. */
  readonly recordings: Recording[];
}

/** A channel's time on hold. */
export interface HoldPeriod extends Interval {
  /** Uniqueid of the channel whose user pressed hold; a channel's own Uniqueid: it holds the others. */
  readonly by: string;
}

/** A stay in a parking lot. Not rebuilt after a reconnect: stays of before are lost. */
export interface Parking extends Interval {
  /**
   * Uniqueid of the channel that stands in the lot: the parked one itself, or the half of a Local channel in front of
   * it.
   */
  readonly by: string;
}

/** A transfer: how, and to whom. */
export interface Transfer {
  readonly how: 'blind' | 'attended';
  readonly to: string;
  readonly at: number;
  /** Concluded from the caller's steps only; withdrawn when the conversation goes on. */
  readonly isGuess?: boolean;
}

/** One attempt to ring one channel: from DialBegin until the ringing, or the conversation after it, is over. */
export interface Leg {
  readonly call: Call;
  /** The channel that dials; `undefined` if Asterisk was asked to dial (Originate). */
  readonly source: Channel | undefined;
  /** The name of `source` at DialBegin; `''` for an originated leg. */
  readonly sourceName: string;
  /** The caller; for an originated leg the number to be dialled next. */
  readonly caller: Party;
  destUniqueid: string;
  destName: string;
  readonly callee: Party;
  /** The extension whose phone it is; `''` for an outside party. */
  readonly extension: string;
  readonly dialString: string;
  /** The member for whom a queue rings it, perhaps through Local channels; `''` if no queue does. */
  member: string;
  /** The phone was heard to ring. A phone that is busy, switched off or gone is called and does not ring. */
  rang: boolean;
  readonly beganAt: number;
  answeredAt: number | undefined;
  /** When its ringing, or the conversation, was over. */
  endedAt: number | undefined;
  /** Its DialStatus if no DialEnd tells one: from OriginateResponse, or from a pickup. */
  fallbackStatus: string | undefined;
  /** Originate rang it beside another phone of its extension, and that one was picked up. */
  isAnsweredElsewhere?: boolean;
  /** Since when the channel is gone without a reason: an OriginateResponse may still tell it. */
  channelLostAt: number | undefined;
  /** Known from a list only, and not told: its DialBegin may still come. */
  readonly isAdopted: boolean;
  /** It rings a trunk. */
  readonly isOutside: boolean;
  /** Nothing outside the picture is told of it: it rings a Local channel or a supervisor that listens. */
  readonly isHidden: boolean;
}

/** What MixMonitor writes. */
export interface Recording {
  /** Absolute, as MixMonitor names it. */
  readonly file: string;
  /** The channel it runs on: a person's, or a half of a Local channel. */
  on: Channel;
  /** Uniqueids of the channel that it began on and of those that were with it then: whose conversation it holds. */
  readonly parties: string[];
  /** The channel that rang `on`: the two are, or will be, in conversation. */
  source: Channel | undefined;
  /** When it began. */
  readonly at: number;
  /** When it was stopped before its channel's end. */
  until: number | undefined;
  /**
   * Somebody talked where it ran. Without that, MixMonitor's option b leaves it empty; without the option it is music.
   */
  hasTalk: boolean;
}

/** A recording whose file is complete. */
export interface CompleteRecording {
  readonly callId: string;
  /** As `Call.clientUserId`. */
  readonly clientUserId: string;
  /** Where it is on the disk. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds of sound; `undefined`: the format does not tell. */
  readonly ms: number | undefined;
  /** The extensions that talk in it, in the order in which they do. */
  readonly agents: readonly string[];
  /** When it began and ended. */
  readonly from: number;
  readonly to: number;
}

/** What somebody says came of a call. */
export interface Disposition {
  /** One of `[dispositions]`, if there are any. */
  readonly code: string;
  /** Its words in api.conf; `''`: it is not there. */
  readonly text: string;
  readonly note: string;
  /** The extension whose it is; `''`: none. */
  readonly extension: string;
  /** The name of who signed in; `''` with the token of the day. */
  readonly name: string;
  readonly at: number;
}

/** What an agent does as the member of a queue; `unpause`: takes calls again, `wrapup`: after-call work. */
export type AgentState = 'login' | 'logout' | 'pause' | 'unpause' | 'wrapup';

/**
 * All channels that Asterisk linked from their beginning. An ended call is kept for a moment, because a Cdr may come
 * late.
 */
export interface Call {
  /**
   * Linkedid of its first channel; merges do not change it (contract §3, `uniqueid` of dialbegein, dialend, hangup).
   */
  readonly id: string;
  readonly startedAt: number;
  /** The number that its first channel dialled; `''` when its beginning was not seen. */
  dialled: string;
  /** What the client that asked for the call wants back in its events (contract §5.2); `''`: nothing. */
  clientUserId: string;
  /** The last that was given while its records were not made yet. */
  disposition: Disposition | undefined;
  /**
   * Every channel that was ever part of it, by Uniqueid, oldest first: some events of a channel come after its Hangup.
   */
  readonly channels: Map<string, Channel>;
  /** The path of the caller who passed a menu or tried a queue. */
  callerPath: CallerPath | undefined;
  /** All dial attempts, oldest first. */
  readonly legs: Leg[];
  /** Where its first channel came from, and whether it rang a trunk (contract §3.6 calltype). */
  direction: 'inbound' | 'outbound' | 'internal';
  /** Uniqueids of its channels that rang a trunk. */
  readonly dialledOut: Set<string>;
  /** In the order in which they began. */
  readonly recordings: Recording[];
  /** How often each of its Cdr rows came so far, by `rowKeyOf`. */
  readonly rows: Map<string, number>;
  /** When its last channel ended. */
  endedAt: number | undefined;
  /** The daemon or its AMI connection was away during the call. */
  incomplete: boolean;
}

/** Where a caller was, as `cdrState` tells it (contract §3.7). */
export type Stage = 'ivr' | 'queue' | 'bridged' | 'feedback';

/** An IVR menu, from entering its context until leaving it; a menu heard again is the same one. */
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

/** A caller's stay in a queue, from joining it, or being refused, until leaving it. */
export interface QueueVisit {
  readonly queue: string;
  readonly joinedAt: number;
  leftAt: number | undefined;
  /** When a member answered. */
  answeredAt: number | undefined;
  /** QUEUESTATUS in lower case (`timeout`, `joinempty`, `full` …), `''` when the application did not set it. */
  status: string;
  /** A member was logged in with a phone that could be reached, paused or not, when the caller left. */
  hadMembers: boolean;
}

/**
 * What a caller went through, noted as it happens: menus, queues, survey. It begins with the first menu or queue of a
 * call. Conversations and transfers are in `callerChannel`; the phones that rang are in `call.legs`.
 */
export interface CallerPath {
  readonly call: Call;
  /** The channel that heard the menu or waited in the queue, whoever rang whom. */
  callerChannel: Channel;
  /** The caller's number when the path began. */
  caller: string;
  readonly menus: Menu[];
  readonly queues: QueueVisit[];
  /** Time in the survey. */
  readonly feedback: Interval[];
  /** What the caller entered last, and when. */
  stage: Stage;
  stagedAt: number;
  /** A digit; `''`: none. */
  score: string;
  /** A dialplan variable says which keys are a score; without it each digit pressed in the survey is one. */
  isScoreTold: boolean;
  hasVoicemail: boolean;
  /** The phone that a queue rang last for one of its members. */
  lastRung: Leg | undefined;
  /** Extension (or else the number) of the member that answered; `''`: none did. */
  agent: string;
  /** The leg of `agent`'s phone, once it answered. */
  agentLeg: Leg | undefined;
  /** The queue for which Queue() runs, while the caller is neither joined nor refused. */
  enteringQueue: string | undefined;
  /** The technology's own words for the end of the caller's channel: `PJSIP 487`, `SIP Normal Clearing`. */
  hangupCause: string;
  /** When the caller's side was over. */
  endedAt: number | undefined;
}

/** What changes of a member while it is one: events are believed about it. */
export interface MemberState {
  readonly penalty: string;
  readonly paused: boolean;
  readonly pausedReason: string;
  /** When it was paused last: seconds epoch; 0: never. */
  readonly lastPause: number;
  readonly inCall: boolean;
  /**
   * AST_DEVICE: 0 unknown, 1 not in use, 2 in use, 3 busy, 4 invalid, 5 unavailable, 6 ringing, 7 ring+in use, 8 on
   * hold.
   */
  readonly status: number;
  /** Calls that it answered since it logged in, or since the queue's figures were reset. */
  readonly callsTaken: number;
  /** When its last call of this queue ended: seconds epoch; 0: none yet. */
  readonly lastCall: number;
}

/** A member of a queue, in the words of app_queue. */
export interface Member extends MemberState {
  /** `PJSIP/808`, `Local/808@from-queue/n`. */
  readonly interface: string;
  readonly name: string;
  readonly stateInterface: string;
  /** `static`, `dynamic` or `realtime`. */
  readonly membership: string;
  /**
   * A list of Asterisk named it. Before that only an event did, which a caller can forge: the member counts as logged
   * in, but nothing is done to its interface.
   */
  readonly isListed: boolean;
}

/** A queue, with its members by interface. */
export interface Queue {
  readonly name: string;
  /** A list of Asterisk named it. Before that only an event did. */
  isListed: boolean;
  readonly members: Map<string, Member>;
  /** The callers that wait, the next one first: Uniqueid → since when, ms epoch. */
  readonly waiting: Map<string, number>;
  /** Members that events say were removed since the last list. */
  readonly removed: Set<string>;
}

/** A row of Asterisk's call detail records, in the words of cdr_manager (contract §3.6). */
export interface Row {
  readonly callerId: string;
  readonly source: string;
  readonly destination: string;
  readonly channel: string;
  readonly destinationChannel: string;
  readonly lastApplication: string;
  readonly lastData: string;
  /** `YYYY-MM-DD HH:mm:ss`; `answerTime` is `''` when nobody answered. */
  readonly startTime: string;
  readonly answerTime: string;
  readonly endTime: string;
  readonly disposition: string;
  readonly duration: string;
  readonly billableSeconds: string;
  readonly uniqueId: string;
}

/** When a row began and ended, in whole seconds. NaN where the row has no such time. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

/** A row among all others. */
export interface CdrRow extends Row {
  /** Its `rowKeyOf` and how many rows with the same key came before it: identifies the row when it is read again. */
  readonly key: string;
  /** Linkedid of its channel, `''` where the row does not say. */
  readonly linkedid: string;
  readonly span: RowSpan;
}

/**
 * What one message of Asterisk changed, as far as anything outside the picture wants to know. `timestamp`: seconds, as
 * AMI prints it.
 */
export type Change =
  | { readonly type: 'dial-begin'; readonly timestamp: string; readonly leg: Leg }
  | { readonly type: 'dial-answer'; readonly timestamp: string; readonly leg: Leg }
  | { readonly type: 'dial-end'; readonly timestamp: string; readonly leg: Leg; readonly status: string }
  | {
      readonly type: 'hangup';
      readonly timestamp: string;
      readonly channel: Channel;
      readonly caller: Party;
      readonly callee: Party;
      /** What Hangup said besides, while Asterisk's own events are told. */
      readonly told?: { readonly exten: string; readonly cause: string; readonly causeText: string };
    }
  | {
      readonly type: 'extension-status';
      readonly timestamp: string;
      readonly exten: string;
      readonly status: string;
      readonly text: string;
    }
  | {
      readonly type: 'cdr';
      readonly row: CdrRow;
      readonly call: Call | undefined;
      readonly direction: Call['direction'];
      readonly recording: Recording | undefined;
    }
  /** Asterisk's own, emitted while a receiver wants them (contract §5.4); `exten`: where the channel is in the dialplan. */
  | {
      readonly type: 'new-channel' | 'bridge-enter';
      readonly timestamp: string;
      readonly channel: Channel;
      readonly exten: string;
    }
  | {
      readonly type: 'agent-login' | 'agent-logoff';
      readonly timestamp: string;
      readonly queue: string;
      readonly member: Member;
      /** The member's extension, or else its name. */
      readonly agent: string;
    }
  /** MixMonitor writes a file, from now on or again. */
  | { readonly type: 'recording-begun'; readonly recording: Recording }
  /** The last channel of a call is gone. */
  | { readonly type: 'call-gone'; readonly call: Call }
  /** The file of a recording is complete: nothing is written into it any more. */
  | { readonly type: 'recording-complete'; readonly recording: CompleteRecording }
  /** A member of a queue was paused or unpaused, or paused once more. */
  | { readonly type: 'member-pause'; readonly queue: string; readonly member: Member }
  | { readonly type: 'member-removed'; readonly queue: string; readonly interface: string }
  /** A member of a queue does something else now; `reason` of a pause, `since`: ms epoch. */
  | {
      readonly type: 'agent-state';
      readonly queue: string;
      readonly member: Member;
      /** The member's extension, or else its name. */
      readonly agent: string;
      readonly state: AgentState;
      readonly reason: string;
      readonly since: number;
    }
  /** A caller was lost, or something was done about one who was; `whose`: the extensions of who may work on it. */
  | {
      readonly type: 'missed-call';
      readonly what: 'lost' | 'reopened' | 'claimed' | 'released' | 'tried' | 'closed';
      readonly missed: MissedCall;
      /** The call that was lost: the last one, unless it is found late. */
      readonly lostIn?: string;
      readonly whose: readonly string[];
    }
  /** Somebody said what came of a call; `call`: while it is known. */
  | {
      readonly type: 'disposition';
      readonly callId: string;
      readonly call: Call | undefined;
      readonly disposition: Disposition;
    }
  /** An event tells of a hint, a member or a device that Asterisk's list did not name: ask for that list again. */
  | ({ readonly type: 'outdated' } & OutdatedList)
  /** A caller left an IVR menu for good; `queue`: the one they came to next, `''` for none (contract §3.5). */
  | {
      readonly type: 'menu';
      readonly callerPath: CallerPath;
      readonly menu: Menu & { readonly leftAt: number };
      readonly queue: string;
    }
  /** A call that passed a menu or tried a queue is over for its caller; after-call work may still go on. */
  | { readonly type: 'call-over'; readonly callerPath: CallerPath }
  /** Follows `call-over` once its agent's after-call work is over. `pauseTime`: how long that took, in seconds. */
  | { readonly type: 'call-settled'; readonly callerPath: CallerPath; readonly pauseTime: number }
  | {
      readonly type: 'originate-response';
      readonly uniqueid: string;
      readonly success: boolean;
      /** AST_CONTROL of the last frame: 4 answered, 3 ring time over, 5 busy, 8 congestion, 0 no channel. */
      readonly reason: number;
    };

/** Where the handlers put the changes that they find. */
export type Emit = (change: Change) => void;
