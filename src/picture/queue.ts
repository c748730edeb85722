/** What changes of a member while it is one: what its events are believed. */
export interface MemberState {
  readonly penalty: string;
  readonly paused: boolean;
  readonly pausedReason: string;
  /** Since when it is paused, or was last: seconds epoch; 0: never. */
  readonly lastPause: number;
  readonly inCall: boolean;
  /** AST_DEVICE: 0 unknown, 1 not in use, 2 in use, 3 busy, 4 invalid, 5 unavailable, 6 ringing, 7 ring+in use, 8 on hold. */
  readonly status: number;
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
   * Whether a list of Asterisk named it. Before that only an event did, which a caller can forge: it counts as logged in,
   * but nothing is done to its interface.
   */
  readonly isListed: boolean;
}

/** A queue with its members by interface and the callers that wait in it, by Uniqueid, first come first. */
export interface Queue {
  readonly name: string;
  /** Whether a list of Asterisk named it. Before that only an event did. */
  isListed: boolean;
  readonly members: Map<string, Member>;
  readonly waiting: Set<string>;
  /** Members that went since the last list, as events say. */
  readonly removed: Set<string>;
}

/** A queue that nobody is in. */
export function newQueue(name: string): Queue {
  return { name, isListed: false, members: new Map(), waiting: new Set(), removed: new Set() };
}

/** Whether a member's phone is there: neither AST_DEVICE 4 invalid nor 5 unavailable. */
export function isReachable({ status }: Member): boolean {
  return status !== 4 && status !== 5;
}
