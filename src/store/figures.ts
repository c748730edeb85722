/**
 * What is counted, of the visits of callers to queues and of the people who answer: numbers that are added up. Times in
 * seconds. They are columns of the store, and keep their names.
 */
export const countNames = [
  // Callers who came into a queue, and what became of them: one of the next six.
  'offered',
  'answered',
  'no_assign',
  'no_agent_answer',
  'no_agent_login',
  'member_cancel',
  'passed',
  // Of the answered, those who waited no longer than the queue's service level says.
  'in_level',
  // Waiting, of all and of those who were answered.
  'wait',
  'wait_answered',
  // Conversations, and time in them.
  'talks',
  'talk',
  'hold',
  'wrapup',
  // Time of members; without a queue, of agents, who are logged in once, in however many queues.
  'logged_in',
  'paused',
] as const;

/** One of `countNames`. */
export type CountName = (typeof countNames)[number];

/** Numbers to add; what is absent is 0. */
export type Counts = Readonly<Partial<Record<CountName, number>>>;

/**
 * Where something is counted. `at`: a day (20261129) or an hour (2026112916) in the time of the box, as a number. Days have
 * agents; hours have the agent `''`, since theirs are of all. The queue `''` has what belongs to no queue.
 */
export interface Cell {
  readonly at: number;
  readonly queue: string;
  readonly agent: string;
}

/** Something to count. */
export interface FigureChange extends Cell {
  readonly add: Counts;
  /** The longest wait (seconds), which is not added up. */
  readonly longest?: number;
  /** Of `paused`, the seconds by reason. */
  readonly reasons?: ReadonlyMap<string, number>;
}

/** What rows are told apart by. An hour is of one day. */
export type Grouping = 'day' | 'hour' | 'queue' | 'agent';

/** Which figures are asked for. */
export interface FigureQuestion {
  /** Days, as `Cell.at`, both included. */
  readonly from: number;
  readonly to: number;
  readonly by: readonly Grouping[];
  /** Of one queue only, of one agent only. */
  readonly queue: string | undefined;
  readonly agent: string | undefined;
}
