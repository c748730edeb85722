import type { QueueEvent } from './queue-event.ts';

/** Somebody's phone rang for a caller in vain. Times: ms epoch. */
export interface UnansweredRing {
  readonly agent: string;
  readonly from: number;
  readonly to: number;
}

/** How a conversation with a member ended, as far as the queue's log tells. */
export type TalkEnd =
  | { readonly by: 'caller' | 'agent' }
  | { readonly by: 'transfer'; readonly how: 'blind' | 'attended'; readonly to: string };

/** A conversation with a member of a queue. Times: ms epoch. */
export interface QueueTalk {
  /** Name of the member. */
  readonly agent: string;
  readonly from: number;
  /** `undefined`: the log does not tell of its end. */
  to: number | undefined;
  end: TalkEnd | undefined;
  /** ms that the phone rang. */
  readonly ringing: number;
}

/** A caller in a queue, as its log tells of it. Times: ms epoch, whole seconds. */
export interface LoggedVisit {
  readonly queue: string;
  readonly joinedAt: number;
  /** `undefined`: the log does not tell of it. */
  leftAt: number | undefined;
  /** ms in the queue as Asterisk counted them. */
  waited: number | undefined;
  /** In the words of cc_cdr: `answered`, `abandoned`, `timeout`, …; `left`: nobody knows how. */
  outcome: string;
  readonly rings: UnansweredRing[];
  talk: QueueTalk | undefined;
}

/** What is known of a call from Asterisk's logs alone. */
export interface LoggedCall {
  /** The call's id: its Linkedid where anybody knew it, else the Uniqueid of its caller. */
  readonly callId: string;
  readonly caller: string;
  /** In the order in which they were joined; at least one. */
  readonly visits: readonly LoggedVisit[];
  /** What the log calls its caller by. */
  readonly uniqueids: readonly string[];
  /** The number that was called from outside, where the dialplan writes it into the log (`DID`, as FreePBX does). */
  readonly did: string;
  readonly rows: CallRows | undefined;
  /** Path of the recording of its last conversation, below the folder of recordings; `''`: none is found. */
  readonly recording: string;
}

/** The call detail records of a call. Times: ms epoch. */
export interface CallRows {
  /** When the first began, and when the last ended. */
  readonly from: number;
  readonly to: number;
  /** Of the first: who called, and the number where the dialplan was last. */
  readonly channel: string;
  readonly destination: string;
  /** One for each row: whom it rang, and for which queue. */
  readonly legs: readonly RowLeg[];
}

/** Whom a row rang, `''` for nobody. Times: ms epoch. */
export interface RowLeg {
  readonly channel: string;
  readonly isAnswered: boolean;
  readonly queue: string;
  readonly from: number;
  readonly to: number;
}

/** The last conversation that a caller had. */
export function lastTalkOf(visits: readonly LoggedVisit[]): QueueTalk | undefined {
  return visits.findLast(({ talk }) => talk !== undefined)?.talk;
}

const seconds = (text: string | undefined): number => Math.max(0, Number(text) || 0) * 1000;

/** How the queue's time was ended by Asterisk, in the words of QUEUESTATUS, and where the log says how long it was. */
const exits: ReadonlyMap<string, readonly [outcome: string, waited: number]> = new Map([
  ['ABANDON', ['abandoned', 2]],
  ['EXITWITHTIMEOUT', ['timeout', 2]],
  ['EXITEMPTY', ['leaveempty', 2]],
  ['EXITWITHKEY', ['left', 3]],
]);

/** What a caller went through, event by event in the order of the log. */
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
    // Who was answered does not leave the queue in another way: one of the two a caller wrote.
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
      // Whom the two bridges led to is not in the log.
      end(visit, at, { by: 'transfer', how: 'attended', to: '' });
      return;
  }
}

function end({ talk }: LoggedVisit, at: number, how: TalkEnd): void {
  if (talk?.to !== undefined || talk === undefined) return;
  talk.to = at;
  talk.end = how;
}
