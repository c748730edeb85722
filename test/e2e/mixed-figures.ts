import type { Test } from 'tap';
import type { CountedCall } from '../../src/figures/of-call.ts';
import { localDay } from '../../src/system/local-time.ts';
import { countQueues, countTalks } from '../figures/counted.ts';
import type { Lab } from '../lab/scenario.ts';

type Row = Readonly<Record<string, unknown>>;

/** Seconds within which the callers of the lab's queues are to be answered: nothing is configured. */
const level = 20;

function dayText(at: number): string {
  return String(at).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
}

/** Rows of the statistics since yesterday: the calls may have gone on beyond midnight. */
async function rowsOf({ daemon }: Lab, by: string): Promise<readonly Row[]> {
  const [from, to] = [localDay(Date.now() - 24 * 3_600_000), localDay(Date.now())].map(dayText);
  const { json } = await daemon.api('GET', `statistics?from=${from}&to=${to}&by=${by}`);
  return (json as { data: { rows: readonly Row[] } }).data.rows;
}

const pick = (row: Row, ...names: readonly string[]): Row => Object.fromEntries(names.map((name) => [name, row[name]]));

/** The sum of one figure. */
const total = (rows: readonly Row[], name: string): number => rows.reduce((sum, row) => sum + Number(row[name]), 0);

/** The figures are what somebody counts who has nothing but the pushed records. */
export async function compareFigures(t: Test, lab: Lab): Promise<void> {
  const records = lab.receiver.events('cc_cdr') as unknown as CountedCall[];
  const visits = records.flatMap(({ queues }) => queues);
  const queues = [...new Set(visits.map(({ queueCode }) => queueCode))].sort();
  const byQueue = await rowsOf(lab, 'queue');
  t.same(
    byQueue
      .filter(({ offered }) => offered !== 0)
      .map(({ queue }) => queue)
      .sort(),
    queues,
    'figures of every queue that somebody came to',
  );
  for (const row of byQueue.filter(({ queue }) => queue !== '')) {
    const queue = String(row['queue']);
    const own = countQueues(records, queue);
    t.same(pick(row, 'offered', 'answered', 'lostBy', 'wait', 'longestWait'), own, `figures of queue ${queue}`);
    const inTime = visits.filter(
      ({ queueCode, outcome, queueTime }) =>
        queueCode === queue && outcome === 'answered' && Number(queueTime) <= level,
    );
    t.equal(row['inLevel'], inTime.length, `answered within ${level} s in queue ${queue}`);
  }
  const agents = [...new Set(records.flatMap((record) => record.agents.map(({ agent }) => agent)))].sort();
  const byAgent = await rowsOf(lab, 'agent');
  t.same(
    byAgent
      .filter(({ talks }) => talks !== 0)
      .map(({ agent }) => agent)
      .sort(),
    agents,
    'figures of everybody who talked',
  );
  for (const row of byAgent) {
    const agent = String(row['agent']);
    const { talks, talk } = countTalks(records, agent);
    t.same(pick(row, 'talks', 'talk'), { talks, talk }, `conversations of agent "${agent}"`);
  }
  const all = { ...countQueues(records), ...countTalks(records) };
  for (const by of ['day', 'hour', 'day,queue', 'day,queue,agent', 'hour,queue']) {
    const rows = await rowsOf(lab, by);
    for (const name of ['offered', 'answered', 'wait', 'talks', 'talk', 'hold', 'wrapup'] as const) {
      t.equal(total(rows, name), all[name], `${name} in all, by ${by}`);
    }
    const lost = Object.values(all.lostBy).reduce((sum, one) => sum + one, 0);
    t.equal(total(rows, 'lost'), lost, `lost in all, by ${by}`);
    t.equal(
      total(rows, 'offered'),
      total(rows, 'answered') + lost + total(rows, 'passed'),
      `nobody is forgotten, by ${by}`,
    );
  }
  t.comment(`${byQueue.length} queues, ${byAgent.length} agents, ${visits.length} visits, ${all.talks} conversations`);
}
