import type { QueueEvent } from './queue-event.ts';

/** A member's phone rang for a caller and was not answered. Times: ms epoch. */
export interface UnansweredRing {
  readonly agent: string;
  readonly from: number;
  readonly to: number;
}

/** How a conversation with a member ended, as far as queue_log tells. */
export type TalkEnd =
  | { readonly by: 'caller' | 'agent' }
  | { readonly by: 'transfer'; readonly how: 'blind' | 'attended'; readonly to: string };

/** A conversation with a member of a queue. Times: ms epoch. */
export interface QueueTalk {
  /** Name of the member. */
  readonly agent: string;
  readonly from: number;
  /** `undefined`: the log does not tell its end. */
  to: number | undefined;
  end: TalkEnd | undefined;
  /** ms that the phone rang. */
  readonly ringing: number;
}

/** A caller in a queue, as queue_log tells it. Times: ms epoch, whole seconds. */
export interface LoggedVisit {
  readonly queue: string;
  readonly joinedAt: number;
  /** `undefined`: the log does not tell it. */
  leftAt: number | undefined;
  /** ms in the queue as Asterisk counted them. */
  waited: number | undefined;
  /** In the words of cc_cdr: `answered`, `abandoned`, `timeout`, …; `left`: unknown. */
  outcome: string;
  readonly rings: UnansweredRing[];
  talk: QueueTalk | undefined;
}

/** A call as Asterisk's logs alone tell it. */
export interface LoggedCall {
  /** The call's id: its Linkedid if known, otherwise the caller's Uniqueid. */
  readonly callId: string;
  readonly caller: string;
  /** In the order of joining; at least one. */
  readonly visits: readonly LoggedVisit[];
  /** The Uniqueids that queue_log knows the caller by. */
  readonly uniqueids: readonly string[];
  /** The number called from outside, if the dialplan writes it into queue_log (`DID`, as FreePBX does). */
  readonly did: string;
  readonly rows: CallRows | undefined;
  /** The recording of the last conversation: a path below the folder of recordings, `''` if none is found. */
  readonly recording: string;
}

/** The call detail records of a call. Times: ms epoch. */
export interface CallRows {
  /** The beginning of the first and the end of the last. */
  readonly from: number;
  readonly to: number;
  /** From the first: the caller's channel, and the last number in the dialplan. */
  readonly channel: string;
  readonly destination: string;
  /** One for each row: the channel that it rang, and the queue. */
  readonly legs: readonly RowLeg[];
}

/** The channel that a row rang, `''` for none. Times: ms epoch. */
export interface RowLeg {
  readonly channel: string;
  readonly isAnswered: boolean;
  readonly queue: string;
  readonly from: number;
  readonly to: number;
}

/** The caller's last conversation. */
export function lastTalkOf(visits: readonly LoggedVisit[]): QueueTalk | undefined {
  return visits.findLast(({ talk }) => talk !== undefined)?.talk;
}

const seconds = (text: string | undefined): number => Math.max(0, Number(text) || 0) * 1000;

/** Events that end a wait unanswered: the outcome as QUEUESTATUS has it, and which of `data` are the seconds waited. */
const exits: ReadonlyMap<string, readonly [outcome: string, waited: number]> = new Map([
  ['ABANDON', ['abandoned', 2]],
  ['EXITWITHTIMEOUT', ['timeout', 2]],
  ['EXITEMPTY', ['leaveempty', 2]],
  ['EXITWITHKEY', ['left', 3]],
]);

/** A caller's visits to queues, from their events in the order of the log. */
export function visitsOf(events: readonly QueueEvent[]): LoggedVisit[] {
  const visits: LoggedVisit[] = [];
  for (const event of events) {
    if (event.name === 'ENTERQUEUE') visits.push(newVisit(event));
    else {
      const visit = visits.findLast(({ queue }) => queue === event.queue);
      if (visit !== undefined) note(visit, event);
    }
  }
  return visits;
}

function newVisit({ queue, at }: QueueEvent): LoggedVisit {
  return { queue, joinedAt: at, leftAt: undefined, waited: undefined, outcome: 'left', rings: [], talk: undefined };
}

function note(visit: LoggedVisit, { name, agent, data, at }: QueueEvent): void {
  const exit = exits.get(name);
  if (exit !== undefined) {
    // An answered caller does not leave the queue in another way: a caller wrote one of the two lines.
    if (visit.talk !== undefined) return;
    const [outcome, waited] = exit;
    Object.assign(visit, { leftAt: at, waited: seconds(data[waited]), outcome });
    return;
  }
  switch (name) {
    case 'RINGNOANSWER':
    case 'RINGCANCELED':
      visit.rings.push({ agent, from: at - Math.max(0, Number(data[0]) || 0), to: at });
      return;
    case 'CONNECT':
      Object.assign(visit, { leftAt: at, waited: seconds(data[0]), outcome: 'answered' });
      visit.talk = { agent, from: at, to: undefined, end: undefined, ringing: seconds(data[2]) };
      return;
    case 'COMPLETECALLER':
      end(visit, at, { by: 'caller' });
      return;
    case 'COMPLETEAGENT':
      end(visit, at, { by: 'agent' });
      return;
    case 'BLINDTRANSFER':
    case 'TRANSFER':
      end(visit, at, { by: 'transfer', how: 'blind', to: data[0] ?? '' });
      return;
    case 'ATTENDEDTRANSFER':
      // The log does not tell who the caller was connected to.
      end(visit, at, { by: 'transfer', how: 'attended', to: '' });
      return;
  }
}

function end({ talk }: LoggedVisit, at: number, how: TalkEnd): void {
  if (talk?.to !== undefined || talk === undefined) return;
  talk.to = at;
  talk.end = how;
}
