import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import type { CountedCall } from '../../src/figures/of-call.ts';
import { figuresOfRecord } from '../../src/figures/of-record.ts';
import { Tally } from '../../src/store/tally.ts';
import type { FigureChange } from '../../src/store/figures.ts';
import { setups, type Setup } from '../lab/setup.ts';
import { readTranscript, replay } from '../oracle/replay.ts';
import { countQueues, countTalks } from './counted.ts';

const transcripts = join(import.meta.dirname, '../transcripts');

/** The call-centre records of a recorded scenario, and the figures that the daemon makes of all it pushes. */
function played(setup: Setup, scenario: string): { records: CountedCall[]; figures: FigureChange[] } {
  const { pushes } = replay(readTranscript(setup, scenario));
  const tally = new Tally();
  for (const push of pushes) tally.addAll(figuresOfRecord(push, () => 20));
  const records = pushes
    .filter(({ body }) => body.event === 'cc_cdr')
    .map(({ body }) => body as unknown as CountedCall);
  return { records, figures: tally.changes };
}

for (const setup of setups) {
  void t.test(`recorded calls on ${setup}: the figures are what the records say`, (t) => {
    const scenarios = globSync('*.ami', { cwd: join(transcripts, setup) }).map((file) => basename(file, '.ami'));
    t.ok(scenarios.length > 40);
    let [offered, talks] = [0, 0];
    for (const scenario of scenarios.sort()) {
      const { records, figures } = played(setup, scenario);
      const days = figures.filter(({ at }) => at < 1e9);
      const of = (name: keyof FigureChange['add']): number => days.reduce((all, { add }) => all + (add[name] ?? 0), 0);
      const queues = countQueues(records);
      const spoken = countTalks(records);
      t.strictSame(
        {
          offered: of('offered'),
          answered: of('answered'),
          lost: ['no_assign', 'no_agent_answer', 'no_agent_login', 'member_cancel'].map((name) =>
            of(name as 'no_assign'),
          ),
          wait: of('wait'),
          ...{ talks: of('talks'), talk: of('talk'), hold: of('hold'), wrapup: of('wrapup') },
        },
        {
          offered: queues.offered,
          answered: queues.answered,
          lost: Object.values(queues.lostBy),
          wait: queues.wait,
          ...spoken,
        },
        scenario,
      );
      const ofNoQueue = days.filter(({ queue }) => queue === '').reduce((all, { add }) => all + (add.talks ?? 0), 0);
      const before = records.flatMap(({ agents, queues: visits }) => {
        const [first] = visits.filter(({ outcome }) => outcome === 'answered');
        return agents.filter(({ startTime }) => first === undefined || startTime < first.startTime);
      });
      t.equal(ofNoQueue, before.length, `${scenario}: a conversation is of the queue that led to it`);
      offered += queues.offered;
      talks += spoken.talks;
    }
    t.ok(offered > 15 && talks > 15, `${offered} callers in queues, ${talks} conversations`);
    t.end();
  });
}

void t.test('a call through a menu to a queue, as it was recorded', (t) => {
  const { figures } = played('22-pjsip', 'inbound-menu-queue');
  const [day] = figures.filter(({ at }) => at < 1e9);
  t.match(day, { queue: '630', add: { offered: 1, answered: 1, in_level: 1, talks: 1 } });
  t.not(day?.agent, '', 'with the agent');
  t.end();
});
