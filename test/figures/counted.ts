import type { CountedCall } from '../../src/figures/of-call.ts';

/** Figures as somebody counts them who has nothing but the records. */
export interface Counted {
  offered: number;
  answered: number;
  lostBy: Record<string, number>;
  wait: number;
  longestWait: number;
  talks: number;
  talk: number;
  hold: number;
  wrapup: number;
}

const sum = (numbers: readonly (string | number)[]): number =>
  numbers.reduce<number>((all, one) => all + Number(one), 0);

/** Counts the calls that passed `queue`, or all. */
export function countQueues(
  records: readonly CountedCall[],
  queue?: string,
): Omit<Counted, 'talks' | 'talk' | 'hold' | 'wrapup'> {
  const visits = records
    .flatMap(({ queues }) => queues)
    .filter(({ queueCode }) => queue === undefined || queueCode === queue);
  const lostBy: Record<string, number> = {};
  for (const cause of ['NO_ASSIGN', 'NO_AGENT_ANSWER', 'NO_AGENT_LOGIN', 'MEMBER_CANCEL']) {
    lostBy[cause] = records.filter(
      ({ missCause, queues }) => missCause === cause && (queue === undefined || queues.at(-1)?.queueCode === queue),
    ).length;
  }
  return {
    offered: visits.length,
    answered: visits.filter(({ outcome }) => outcome === 'answered').length,
    lostBy,
    wait: sum(visits.map(({ queueTime }) => queueTime)),
    longestWait: Math.max(0, ...visits.map(({ queueTime }) => Number(queueTime))),
  };
}

/** Counts the conversations of `agent`, or of all, whatever led to them. */
export function countTalks(
  records: readonly CountedCall[],
  agent?: string,
): Pick<Counted, 'talks' | 'talk' | 'hold' | 'wrapup'> {
  const talks = records.flatMap(({ agents }) => agents).filter((one) => agent === undefined || one.agent === agent);
  // Who answered for the queue; without one, who talked first.
  const own = records.filter(
    ({ agents, agentCode }) => agents.length > 0 && (agent === undefined || (agentCode || agents[0]?.agent) === agent),
  );
  return {
    talks: talks.length,
    talk: sum(talks.map(({ talkingTime }) => talkingTime)),
    hold: sum(own.map(({ holdTime }) => holdTime)),
    wrapup: sum(own.map(({ pauseTime }) => pauseTime)),
  };
}
