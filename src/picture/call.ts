import type { CallerPath } from './caller-path.ts';
import type { HoldPeriod, Talk } from './talks.ts';

/** A number and a name as a phone shows them; `''` where Asterisk says `<unknown>`. */
export interface Party {
  readonly num: string;
  readonly name: string;
}

/** How and to whom somebody was handed. `at`: ms epoch. */
export interface Transfer {
  readonly how: 'blind' | 'attended';
  readonly to: string;
  readonly at: number;
  /** Concluded from the caller's way only: not so when the conversation goes on. */
  readonly isGuess?: boolean;
}

/** One live channel of Asterisk, as its newest event or list item described it. */
export interface Channel {
  /** `PJSIP/800-00000001`; changes at a masquerade only. */
  name: string;
  readonly uniqueid: string;
  /** As Asterisk says it now; the call it belongs to (`call`) does not change when Asterisk merges calls. */
  linkedid: string;
  /** AST_STATE: 0 down, 4 ring, 5 ringing, 6 up (include/asterisk/channelstate.h). */
  state: number;
  stateDesc: string;
  callerIdNum: string;
  callerIdName: string;
  /** Whose device it is on, `''` for somebody outside and for a half of a Local channel. */
  extension: string;
  /** The name that it bore beside the extension's own number; `undefined`: it never had that number. */
  ownName: string | undefined;
  connectedLineNum: string;
  connectedLineName: string;
  /** Context and extension in which the channel was made: what a caller dialled. */
  readonly context: string;
  readonly exten: string;
  readonly call: Call;
  /** ms epoch. */
  readonly createdAt: number;
  /** BridgeUniqueid, `''` outside of a bridge. */
  bridge: string;
  /** In a bridge in which nobody hears anybody: parked, or an agent who waits for calls. */
  isApart: boolean;
  onHold: boolean;
  /** A leg that no person holds: a half of a Local channel, a listening supervisor, what a masquerade leaves behind. */
  isInternal: boolean;
  /** The caller behind it, of a half of a Local channel that was seen to talk to one. */
  standsFor: Channel | undefined;
  /** The member (extension, or else number) that a queue rings by it, `''` when no queue rang it. */
  member: string;
  /** Where in the dialplan it is, as `exten@context`. */
  dialplanStep: string;
  /** It was in a conversation since its last step. */
  hasTalked: boolean;
  /** With whom it talked, oldest first. */
  readonly talks: Talk[];
  /** Its time on hold, by whomever. */
  readonly holds: HoldPeriod[];
  /** To whom it was handed by others, oldest first. */
  readonly transfers: Transfer[];
  /** Its stays in a parking lot, oldest first (ms epoch); `by`: Uniqueid of the channel that stands there, its own or a half. */
  readonly parkings: { readonly from: number; to: number | undefined; readonly by: string }[];
  /** When its other end asked to hang up (ms epoch). */
  hangupRequestedAt: number | undefined;
  /** It is ended because somebody asked for it through the API. */
  isEndedByUs: boolean;
  /** The keys pressed on it that may be one feature code, and when the last of them was (ms epoch). */
  keys: { readonly text: string; readonly at: number };
  /** When it last left a bridge in which people hear each other (ms epoch). */
  leftAt: number | undefined;
  /** When it last came into a bridge in which nobody hears anybody (ms epoch): it was parked. */
  apartAt: number | undefined;
}

/** What a channel begins with besides what Asterisk says of it. */
export function untouched(): Pick<
  Channel,
  | 'ownName'
  | 'standsFor'
  | 'member'
  | 'dialplanStep'
  | 'hasTalked'
  | 'talks'
  | 'holds'
  | 'transfers'
  | 'parkings'
  | 'hangupRequestedAt'
  | 'isEndedByUs'
  | 'keys'
  | 'leftAt'
  | 'apartAt'
> {
  return {
    ownName: undefined,
    standsFor: undefined,
    member: '',
    dialplanStep: '',
    hasTalked: false,
    talks: [],
    holds: [],
    transfers: [],
    parkings: [],
    hangupRequestedAt: undefined,
    isEndedByUs: false,
    keys: { text: '', at: 0 },
    leftAt: undefined,
    apartAt: undefined,
  };
}

/** One attempt to ring one channel: from DialBegin until the channel's ringing, or its conversation, is over. */
export interface Leg {
  readonly call: Call;
  /** `undefined`: Asterisk was asked to dial it (Originate), nobody on a channel did. */
  readonly source: Channel | undefined;
  /** The channel that calls, as it was called at DialBegin; `''` for an originated leg. */
  readonly sourceName: string;
  /** Who calls; for an originated leg the number to be dialled next. */
  readonly caller: Party;
  destUniqueid: string;
  destName: string;
  readonly callee: Party;
  /** The extension whose phone it is, `''` for a stranger's. */
  readonly extension: string;
  readonly dialString: string;
  /** The member for whom a queue rings it, maybe through Local channels; `''`: no queue does. */
  member: string;
  /** It was heard that the phone rings: not of one that is busy, switched off or gone, though it was called. */
  rang: boolean;
  /** ms epoch. */
  readonly beganAt: number;
  answeredAt: number | undefined;
  /** ms epoch; its ringing, or the conversation, is over. */
  endedAt: number | undefined;
  /** How it ends when no DialEnd says so, in the words of a DialStatus: OriginateResponse said it, or a pickup. */
  statusElse: string | undefined;
  /** It was rung beside another phone of its extension, by Originate, and that was picked up. */
  isAnsweredElsewhere?: boolean;
  /** Since when (ms epoch) the channel is gone without a word why: an OriginateResponse may still tell. */
  lostAt: number | undefined;
  /** Known from a list only and not told: its DialBegin may still come. */
  readonly adopted: boolean;
  /** A trunk is rung. */
  readonly isOutside: boolean;
  /** A helper is rung (a Local channel, a supervisor that listens): nobody outside is told. */
  readonly hidden: boolean;
}

/** What MixMonitor writes. */
export interface Recording {
  /** Absolute, as MixMonitor names it. */
  readonly file: string;
  /** The channel it runs on: a person's, or a half of a Local channel. */
  on: Channel;
  /** Uniqueids of the channel it was begun on and of who was with it: whose conversation it holds. */
  readonly parties: string[];
  /** Who had that channel rung: with them it is, or will be, in conversation. */
  source: Channel | undefined;
  /** When it was begun (ms epoch). */
  readonly at: number;
  /** When it was stopped before its channel's end (ms epoch). */
  until: number | undefined;
  /** Somebody talked where it ran: with MixMonitor's option b there is nothing else in it, without it only music. */
  hasTalk: boolean;
}

/** All channels that Asterisk linked from their beginning; ended calls stay for a moment, since a Cdr may come late. */
export interface Call {
  /** Linkedid of its first channel; merges do not change it (contract §3, `uniqueid` of dialbegein, dialend, hangup). */
  readonly id: string;
  /** ms epoch. */
  readonly startedAt: number;
  /** The number that its first channel dialled, `''` when nobody saw it begin. */
  dialled: string;
  /** Live channels by Uniqueid. */
  readonly channels: Map<string, Channel>;
  /** Those that hung up, by Uniqueid: of some of their events the last comes late. */
  readonly gone: Map<string, Channel>;
  /** Of who passed a menu or tried a queue. */
  callerPath: CallerPath | undefined;
  /** Every attempt of this call, oldest first. */
  readonly legs: Leg[];
  /** Every Uniqueid that was ever part of it. */
  readonly uniqueids: string[];
  /** From where its first channel came, and whether it rang a trunk (contract §3.6 calltype). */
  direction: 'inbound' | 'outbound' | 'internal';
  /** Uniqueids of its channels that rang a trunk. */
  readonly dialledOut: Set<string>;
  /** In the order in which they were begun. */
  readonly recordings: Recording[];
  /** Its Cdr rows so far, by what tells them apart, with how often each came. */
  readonly rows: Map<string, number>;
  /** ms epoch of the last channel's end. */
  endedAt: number | undefined;
  /** The daemon or its AMI connection was away during the call. */
  incomplete: boolean;
}

/** A call without channels yet. */
export function newCall(id: string, startedAt: number): Call {
  return {
    id,
    startedAt,
    dialled: '',
    channels: new Map(),
    gone: new Map(),
    callerPath: undefined,
    legs: [],
    uniqueids: [],
    direction: 'internal',
    dialledOut: new Set(),
    recordings: [],
    rows: new Map(),
    endedAt: undefined,
    incomplete: false,
  };
}
