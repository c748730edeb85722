import type { CcCdrBody } from '../events/cc_cdr-body.ts';
import type { Counts, CountName, FigureChange } from '../store/figures.ts';
import { Tally } from '../store/tally.ts';

/** What the figures are made of: a call-centre record (contract §3.7). */
export type CountedCall = Pick<CcCdrBody, 'agentCode' | 'holdTime' | 'pauseTime' | 'missCause' | 'agents' | 'queues'>;

type Visit = CountedCall['queues'][number];

const lost: Readonly<Record<Exclude<CountedCall['missCause'], ''>, CountName>> = {
  NO_ASSIGN: 'no_assign',
  NO_AGENT_ANSWER: 'no_agent_answer',
  NO_AGENT_LOGIN: 'no_agent_login',
  MEMBER_CANCEL: 'member_cancel',
};

/** Where all that belongs together is counted: when the caller came (`YYYY-MM-DD HH:mm:ss`), in which queue, with whom. */
interface Place {
  readonly time: string;
  readonly queue: string;
  readonly agent: string;
}

/**
 * What one call adds to the figures, by what its record says and nothing else. A visit to a queue counts in the hour in
 * which the caller came, with all that followed it; a conversation that no queue led to, in the hour in which it began.
 * Each is counted for the day with its agent, and for the hour without. `level`: seconds within which callers of a queue
 * are to be answered.
 */
export function figuresOfCall(call: CountedCall, level: (queue: string) => number): FigureChange[] {
  const tally = new Tally();
  const count = ({ time, queue, agent }: Place, add: Counts, longest = 0): void => {
    const day = Number(time.slice(0, 10).replaceAll('-', ''));
    tally.add({ at: day, queue, agent }, add, longest);
    tally.add({ at: day * 100 + Number(time.slice(11, 13)), queue, agent: '' }, add, longest);
  };
  for (const visit of call.queues) {
    const wait = Number(visit.queueTime);
    count(placeOf(call, visit), { offered: 1, wait, ...becameOf(call, visit, wait, level) }, wait);
  }
  for (const { agent, startTime, talkingTime } of call.agents) {
    const led = visitBefore(call, agent, startTime);
    const place = { time: led?.startTime ?? startTime, queue: led?.queueCode ?? '', agent };
    count(place, { talks: 1, talk: Number(talkingTime) });
  }
  // The record has one of each for the whole call: they are the agent's that answered it.
  const answered = call.queues.findLast((visit) => isAnswered(call, visit));
  const [first] = call.agents;
  if (answered !== undefined) count(placeOf(call, answered), { hold: call.holdTime, wrapup: call.pauseTime });
  else if (first !== undefined) {
    count({ time: first.startTime, queue: '', agent: first.agent }, { hold: call.holdTime, wrapup: call.pauseTime });
  }
  return tally.changes;
}

/** Lost is who was in their last queue; who talked to somebody before or after it is not. */
function isLost({ queues, missCause }: CountedCall, visit: Visit): boolean {
  return missCause !== '' && visit === queues.at(-1);
}

function isAnswered(call: CountedCall, visit: Visit): boolean {
  return visit.outcome === 'answered' && !isLost(call, visit);
}

function becameOf(call: CountedCall, visit: Visit, wait: number, level: (queue: string) => number): Counts {
  if (isAnswered(call, visit)) {
    return { answered: 1, wait_answered: wait, in_level: Number(wait <= level(visit.queueCode)) };
  }
  const { missCause } = call;
  return missCause !== '' && isLost(call, visit) ? { [lost[missCause]]: 1 } : { passed: 1 };
}

/** The visit that led to a conversation. Local times in this form sort as they follow each other, most often. */
function visitBefore(call: CountedCall, agent: string, startTime: string): Visit | undefined {
  const answered = call.queues.filter((visit) => isAnswered(call, visit));
  return (
    answered.findLast(({ endTime }) => endTime <= startTime) ?? answered.find((visit) => agentOf(call, visit) === agent)
  );
}

/** A visit, with the agent that answered it or, of a lost call, whose phone was called last. */
function placeOf(call: CountedCall, visit: Visit): Place {
  return { time: visit.startTime, queue: visit.queueCode, agent: agentOf(call, visit) };
}

function agentOf(call: CountedCall, visit: Visit): string {
  const { agentCode, agents, queues } = call;
  if (isLost(call, visit)) return agentCode;
  if (!isAnswered(call, visit)) return '';
  const isLast = visit === queues.findLast((other) => isAnswered(call, other));
  const met = isLast ? undefined : agents.find(({ startTime }) => startTime >= visit.endTime);
  return met?.agent ?? agentCode;
}
