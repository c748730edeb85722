import type { OutdatedList } from '../snapshot/snapshot.ts';
import type { Call, Channel, Leg, Party, Recording } from './call.ts';
import type { CallerPath, Menu } from './caller-path.ts';
import type { Member } from './queue.ts';
import type { RowSpan } from './row-span.ts';

/** A row of Asterisk's call detail records, in the words of cdr_manager (contract §3.6). */
export interface Row {
  readonly callerId: string;
  readonly source: string;
  readonly destination: string;
  readonly channel: string;
  readonly destinationChannel: string;
  readonly lastApplication: string;
  readonly lastData: string;
  /** `YYYY-MM-DD HH:mm:ss`; answerTime `''` when nobody answered. */
  readonly startTime: string;
  readonly answerTime: string;
  readonly endTime: string;
  readonly disposition: string;
  readonly duration: string;
  readonly billableSeconds: string;
  readonly uniqueId: string;
}

/** What tells a row apart from the others: UniqueID, DestinationChannel, LastApplication, StartTime, EndTime. */
export function rowKeyOf(row: Row): string {
  const { uniqueId, destinationChannel, lastApplication, startTime, endTime } = row;
  return [uniqueId, destinationChannel, lastApplication, startTime, endTime].join('|');
}

/** A row among all others. */
export interface CdrRow extends Row {
  /** Its `rowKeyOf` and how many rows with the same came before it: what it is known by when it is read again. */
  readonly key: string;
  /** Linkedid of its channel, `''` where the row does not say. */
  readonly linkedid: string;
  readonly span: RowSpan;
}

/** What one message of Asterisk changed, as far as anybody outside wants to know. `timestamp`: seconds, as AMI prints it. */
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
  /** Somebody paused or unpaused a member of a queue, or paused it once more. */
  | { readonly type: 'member-pause'; readonly queue: string; readonly member: Member }
  | { readonly type: 'member-removed'; readonly queue: string; readonly interface: string }
  /** An event tells of a hint or a member that Asterisk's list did not name: it is to be asked for again. */
  | ({ readonly type: 'outdated' } & OutdatedList)
  /** A caller left an IVR menu for good; `queue`: the one they came to next, `''` when it was none (contract §3.5). */
  | {
      readonly type: 'menu';
      readonly callerPath: CallerPath;
      readonly menu: Menu & { readonly leftAt: number };
      readonly queue: string;
    }
  /** A call that passed a menu or tried a queue is over for its caller; after-call work may still go on. */
  | { readonly type: 'call-over'; readonly callerPath: CallerPath }
  /** As `call-over`, once the after-call work of its agent is over too: how long that took, in seconds. */
  | { readonly type: 'call-settled'; readonly callerPath: CallerPath; readonly pauseTime: number }
  | {
      readonly type: 'originate-response';
      readonly uniqueid: string;
      readonly success: boolean;
      /** AST_CONTROL of the last frame: 4 answered, 3 ring time over, 5 busy, 8 congestion, 0 no channel. */
      readonly reason: number;
    };

/** Where the handlers put what they found. */
export type Emit = (change: Change) => void;
