import t from 'tap';
import { emptyCcCdr, type CcCdrBody } from '../src/events/cc_cdr-body.ts';
import { QueueMeters } from '../src/queue-meters.ts';
import type { Entry } from '../src/store/store.ts';

/** What is told of calls with these fields. */
function metersOf(...calls: readonly Partial<CcCdrBody>[]): { answered: unknown; lost: unknown } {
  const meters = new QueueMeters();
  for (const call of calls) {
    const entry: Entry = {
      id: '',
      event: 'cc_cdr',
      callId: '',
      class: 'record',
      body: JSON.stringify({ ...emptyCcCdr, ...call }),
      createdAt: 0,
    };
    meters.note(entry);
  }
  const sums = meters.answered.samples().filter(({ suffix }) => suffix === '_sum' || suffix === '_count');
  return {
    answered: sums.map(({ suffix, labels, value }) => `${labels['queue'] ?? ''}${suffix} ${value}`),
    lost: meters.lost.samples().map(({ labels, value }) => ({ ...labels, value })),
  };
}

const visit = (queueCode: string, queueTime: string, outcome: string): CcCdrBody['queues'][number] => ({
  ...{ queueCode, queueTime, outcome },
  startTime: '',
  endTime: '',
});

void t.test('a call that overflowed is answered by the queue whose agent answered, after the wait in that one', (t) => {
  const queues = [visit('630', '30', 'TIMEOUT'), visit('631', '7', 'answered')];
  t.strictSame(metersOf({ queueCode: '631', queueTime: '37', queues }), {
    answered: ['631_sum 7', '631_count 1'],
    lost: [],
  });
  t.end();
});

void t.test(
  'an agent transfers the caller into a second queue, where the caller hangs up: one answer, none lost',
  (t) => {
    const queues = [visit('630', '5', 'answered'), visit('631', '60', 'abandoned')];
    t.strictSame(metersOf({ queueCode: '631', queueTime: '65', queues }), {
      answered: ['630_sum 5', '630_count 1'],
      lost: [],
    });
    t.end();
  },
);

void t.test('lost calls, by cause; calls without a queue, and other events, count nowhere', (t) => {
  const lost = { queueCode: '630', queues: [visit('630', '60', 'abandoned')] };
  t.strictSame(
    metersOf(
      { ...lost, missCause: 'NO_AGENT_ANSWER' },
      { ...lost, missCause: 'NO_AGENT_ANSWER' },
      { ...lost, missCause: 'NO_AGENT_LOGIN' },
      {},
    ),
    {
      answered: [],
      lost: [
        { queue: '630', cause: 'NO_AGENT_ANSWER', value: 2 },
        { queue: '630', cause: 'NO_AGENT_LOGIN', value: 1 },
      ],
    },
  );
  const meters = new QueueMeters();
  meters.note({ id: '', event: 'cdr', callId: '', class: 'record', body: '{}', createdAt: 0 });
  t.strictSame(meters.lost.samples(), []);
  t.end();
});
