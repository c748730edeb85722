import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { CountedCall } from '../../src/figures/of-call.ts';
import { figuresOfCall } from '../../src/figures/of-call.ts';
import { Tally } from '../../src/store/tally.ts';
import type { FigureChange } from '../../src/store/figures.ts';
import { countQueues, countTalks } from './counted.ts';

const day = '2026-11-29';
const within20 = (): number => 20;

type Visit = CountedCall['queues'][number];
type Talk = CountedCall['agents'][number];

function visit(queueCode: string, from: string, to: string, queueTime: number, outcome: string): Visit {
  return { queueCode, startTime: `${day} ${from}`, endTime: `${day} ${to}`, queueTime: String(queueTime), outcome };
}

function talk(agent: string, from: string, seconds: number): Talk {
  return { agent, startTime: `${day} ${from}`, endTime: `${day} 23:00:00`, talkingTime: String(seconds) };
}

function call(more: Partial<CountedCall>): CountedCall {
  return { agentCode: '', holdTime: 0, pauseTime: 0, missCause: '', agents: [], queues: [], ...more };
}

const sorted = (changes: readonly FigureChange[]): FigureChange[] => {
  const place = ({ at, queue, agent }: FigureChange): string => JSON.stringify([String(at).padEnd(10), queue, agent]);
  return changes.toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
};

void t.test('an answered call counts for its day with the agent, and for the hour of its coming without', (t) => {
  const answered = call({
    agentCode: '801',
    holdTime: 5,
    pauseTime: 12,
    queues: [visit('630', '09:59:50', '10:00:02', 12, 'answered')],
    agents: [talk('801', '10:00:02', 60)],
  });
  const add = {
    ...{ offered: 1, wait: 12, answered: 1, wait_answered: 12, in_level: 1 },
    ...{ talks: 1, talk: 60, hold: 5, wrapup: 12 },
  };
  t.strictSame(sorted(figuresOfCall(answered, within20)), [
    { at: 20261129, queue: '630', agent: '801', add, longest: 12 },
    { at: 2026112909, queue: '630', agent: '', add, longest: 12 },
  ]);
  t.strictSame(figuresOfCall(answered, () => 11)[0]?.add.in_level, undefined, 'a second too late');
  t.end();
});

void t.test('a lost call is of the last queue, with its cause, and of whose phone was called last', (t) => {
  const missed = call({
    agentCode: '802',
    missCause: 'NO_AGENT_ANSWER',
    queues: [
      visit('630', '10:00:00', '10:00:30', 30, 'timeout'),
      visit('631', '10:00:31', '10:01:00', 29, 'abandoned'),
    ],
  });
  t.strictSame(
    sorted(figuresOfCall(missed, within20)).filter(({ at }) => at === 20261129),
    [
      { at: 20261129, queue: '630', agent: '', add: { offered: 1, passed: 1, wait: 30 }, longest: 30 },
      { at: 20261129, queue: '631', agent: '802', add: { offered: 1, no_agent_answer: 1, wait: 29 }, longest: 29 },
    ],
  );
  for (const [missCause, name] of [
    ['NO_ASSIGN', 'no_assign'],
    ['NO_AGENT_LOGIN', 'no_agent_login'],
    ['MEMBER_CANCEL', 'member_cancel'],
  ] as const) {
    const lost = call({ missCause, queues: [visit('630', '10:00:00', '10:00:00', 0, 'joinempty')] });
    t.strictSame(figuresOfCall(lost, within20)[0], {
      at: 20261129,
      queue: '630',
      agent: '',
      add: { offered: 1, [name]: 1 },
    });
  }
  t.end();
});

void t.test('each queue has the conversation that it led to; who talked and then gave up is not lost', (t) => {
  const handedOver = call({
    agentCode: '803',
    queues: [
      visit('630', '10:00:00', '10:00:10', 10, 'answered'),
      visit('632', '10:05:00', '10:05:08', 8, 'answered'),
      visit('633', '10:09:00', '10:10:00', 60, 'abandoned'),
    ],
    agents: [talk('801', '10:00:10', 200), talk('850', '10:04:00', 30), talk('803', '10:05:09', 100)],
  });
  t.strictSame(
    sorted(figuresOfCall(handedOver, within20))
      .filter(({ at }) => at === 20261129)
      .map(({ queue, agent, add }) => [
        queue,
        agent,
        add.answered ?? 0,
        add.passed ?? 0,
        add.talks ?? 0,
        add.talk ?? 0,
      ]),
    [
      ['630', '801', 1, 0, 1, 200],
      ['630', '850', 0, 0, 1, 30],
      ['632', '803', 1, 0, 1, 100],
      ['633', '', 0, 1, 0, 0],
    ],
  );
  t.end();
});

void t.test('a conversation that no queue led to is of no queue, in its own hour; a menu alone is nothing', (t) => {
  const menu = call({ holdTime: 3, agents: [talk('803', '11:59:59', 7)] });
  t.strictSame(figuresOfCall(menu, within20), [
    { at: 20261129, queue: '', agent: '803', add: { talks: 1, talk: 7, hold: 3 } },
    { at: 2026112911, queue: '', agent: '', add: { talks: 1, talk: 7, hold: 3 } },
  ]);
  t.strictSame(figuresOfCall(call({}), within20), []);
  t.end();
});

void t.test('the hour that comes twice when summer time ends is one; what follows in it is still the queue’s', (t) => {
  const night = call({
    agentCode: '801',
    queues: [
      { ...visit('630', '', '', 5, 'answered'), startTime: '2026-10-25 02:59:50', endTime: '2026-10-25 02:59:55' },
    ],
    agents: [{ agent: '801', startTime: '2026-10-25 02:00:01', endTime: '2026-10-25 02:01:01', talkingTime: '60' }],
  });
  const changes = sorted(figuresOfCall(night, within20));
  t.match(changes, [
    { at: 20261025, queue: '630', agent: '801', add: { offered: 1, answered: 1, talks: 1, talk: 60 } },
    { at: 2026102502, queue: '630', agent: '', add: { offered: 1, answered: 1, talks: 1, talk: 60 } },
  ]);
  t.equal(changes.length, 2);
  t.end();
});

const seconds = fc.integer({ min: 0, max: 900 });
const two = (number: number): string => String(number).padStart(2, '0');
/** Calls through up to three queues, answered by up to three people, at any time of two days. */
const anyCall: fc.Arbitrary<CountedCall> = fc
  .record({
    start: fc.record({ day: fc.constantFrom('28', '29'), hour: fc.integer({ min: 0, max: 23 }) }),
    stages: fc.array(
      fc.record({
        queue: fc.constantFrom('630', '631', 'Sales 王', ''),
        wait: seconds,
        agent: fc.option(fc.constantFrom('801', '802', '85322361'), { nil: undefined }),
        talk: seconds,
        outcome: fc.constantFrom('abandoned', 'timeout', 'joinempty', 'left'),
      }),
      { maxLength: 4 },
    ),
    cause: fc.constantFrom('NO_ASSIGN', 'NO_AGENT_ANSWER', 'NO_AGENT_LOGIN', 'MEMBER_CANCEL'),
    holdTime: seconds,
    pauseTime: seconds,
    rung: fc.constantFrom('', '801'),
  })
  .map(({ start, stages, cause, holdTime, pauseTime, rung }) => {
    let minute = 0;
    const now = (): string => `2026-11-${start.day} ${two(start.hour)}:${two(minute++)}:00`;
    const queues: Visit[] = [];
    const agents: Talk[] = [];
    let agentCode = '';
    for (const { queue, wait, agent, talk: talkingTime, outcome } of stages) {
      const from = now();
      if (queue !== '') {
        const isAnswered = agent !== undefined;
        const ended = { startTime: from, endTime: now(), queueTime: String(wait) };
        queues.push({ queueCode: queue, ...ended, outcome: isAnswered ? 'answered' : outcome });
        if (isAnswered) agentCode = agent;
      }
      if (agent === undefined) continue;
      agents.push({ agent, startTime: now(), endTime: now(), talkingTime: String(talkingTime) });
    }
    const isLost = queues.length > 0 && agents.length === 0;
    return {
      agentCode: isLost ? rung : agentCode,
      holdTime: agents.length > 0 ? holdTime : 0,
      pauseTime: agentCode === '' ? 0 : pauseTime,
      missCause: isLost ? cause : '',
      agents,
      queues,
    };
  });

/** Sums of the cells that `isIn` takes. */
function sumOf(
  changes: readonly FigureChange[],
  isIn: (change: FigureChange) => boolean,
): ReturnType<typeof countQueues> & ReturnType<typeof countTalks> {
  const some = changes.filter(isIn);
  const of = (name: keyof FigureChange['add']): number => some.reduce((all, { add }) => all + (add[name] ?? 0), 0);
  return {
    offered: of('offered'),
    answered: of('answered'),
    lostBy: {
      NO_ASSIGN: of('no_assign'),
      NO_AGENT_ANSWER: of('no_agent_answer'),
      NO_AGENT_LOGIN: of('no_agent_login'),
      MEMBER_CANCEL: of('member_cancel'),
    },
    wait: of('wait'),
    longestWait: Math.max(0, ...some.map(({ longest = 0 }) => longest)),
    talks: of('talks'),
    talk: of('talk'),
    hold: of('hold'),
    wrapup: of('wrapup'),
  };
}

void t.test('whatever calls there were: the figures are what the records say, counted one by one', (t) => {
  fc.assert(
    fc.property(fc.array(anyCall, { maxLength: 30 }), (calls) => {
      const tally = new Tally();
      for (const one of calls) tally.addAll(figuresOfCall(one, within20));
      const { changes } = tally;
      const isDay = ({ at }: FigureChange): boolean => at < 1e9;
      const days = sumOf(changes, isDay);
      assert.deepEqual(days, { ...countQueues(calls), ...countTalks(calls) });
      assert.deepEqual(
        sumOf(changes, (change) => !isDay(change)),
        days,
        'by the hour it is the same',
      );
      for (const queue of ['630', '631', 'Sales 王']) {
        const { offered, answered, lostBy, wait, longestWait } = sumOf(
          changes,
          (one) => isDay(one) && one.queue === queue,
        );
        assert.deepEqual({ offered, answered, lostBy, wait, longestWait }, countQueues(calls, queue), queue);
      }
      for (const agent of ['801', '802', '85322361']) {
        const { talks, talk: talked } = sumOf(changes, (one) => isDay(one) && one.agent === agent);
        const { talks: wanted, talk: wantedTalk } = countTalks(calls, agent);
        assert.deepEqual({ talks, talk: talked }, { talks: wanted, talk: wantedTalk }, agent);
      }
      for (const { add } of changes) {
        const lost =
          (add.no_assign ?? 0) + (add.no_agent_answer ?? 0) + (add.no_agent_login ?? 0) + (add.member_cancel ?? 0);
        assert.equal(add.offered ?? 0, (add.answered ?? 0) + lost + (add.passed ?? 0), 'every caller became something');
        assert.ok((add.in_level ?? 0) <= (add.answered ?? 0));
      }
    }),
  );
  t.end();
});
