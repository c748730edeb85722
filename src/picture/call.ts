import type { Call, Channel } from './model.ts';

/** The part of a new channel that Asterisk does not tell. */
export function channelDefaults(): Pick<
  Channel,
  | 'endedAt'
  | 'ownName'
  | 'callerBehind'
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
  | 'hasConnected'
  | 'apartAt'
> {
  return {
    endedAt: undefined,
    ownName: undefined,
    callerBehind: undefined,
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
    hasConnected: false,
    leftAt: undefined,
    apartAt: undefined,
  };
}

/** A call without channels yet. */
export function newCall(id: string, startedAt: number): Call {
  return {
    id,
    startedAt,
    dialled: '',
    clientUserId: '',
    disposition: undefined,
    channels: new Map(),
    callerPath: undefined,
    legs: [],
    direction: 'internal',
    dialledOut: new Set(),
    recordings: [],
    rows: new Map(),
    endedAt: undefined,
    incomplete: false,
  };
}

/** Whether a channel is the first one of its call. */
export function isFirstOf(call: Call, uniqueid: string): boolean {
  const [first] = call.channels.keys();
  return first === uniqueid;
}
