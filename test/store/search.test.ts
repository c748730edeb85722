// Also tests sqlite-search.ts, which looks at the records.
import fc from 'fast-check';
import t from 'tap';
import { Pull } from '../../src/store/pull.ts';
import type { SearchFilter } from '../../src/store/sqlite-search.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { Entry } from '../../src/store/store.ts';
import { FakeLog } from '../push/fakes.ts';

const anything: SearchFilter = {
  events: ['cdr', 'cc_cdr'],
  extension: undefined,
  number: undefined,
  agent: undefined,
  queue: undefined,
  missCause: undefined,
  from: undefined,
  to: undefined,
};

interface Call {
  readonly event: 'cdr' | 'cc_cdr' | 'ivr';
  readonly caller: string;
  readonly agentCode: string;
  readonly queueCode: string;
  readonly missCause: string;
}

const call = fc.record<Call>({
  event: fc.constantFrom('cdr', 'cc_cdr', 'ivr'),
  caller: fc.constantFrom('85322361', '+49 30 532', '800'),
  agentCode: fc.constantFrom('', '800', '80'),
  queueCode: fc.constantFrom('630', '63', ''),
  missCause: fc.constantFrom('', 'NO_ASSIGN', 'MEMBER_CANCEL'),
});
const maybe = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arb, { nil: undefined });
const filter = fc.record({
  number: maybe(fc.constantFrom('532', '30532', '+4930532', '999')),
  isExact: fc.boolean(),
  extension: maybe(fc.constantFrom('800', '80')),
  agent: maybe(fc.constantFrom('800', '80')),
  queue: maybe(fc.constantFrom('630', '63')),
  missCause: maybe(fc.constantFrom('any', 'NO_ASSIGN')),
  from: maybe(fc.integer({ min: 0, max: 12 })),
  to: maybe(fc.integer({ min: 0, max: 12 })),
});

function hasNumber(caller: string, number: string, isExact: boolean): boolean {
  const [digits, wanted] = [caller.replaceAll(/[+ ]/g, ''), number.replace('+', '')];
  return isExact ? digits === wanted : digits.includes(wanted);
}

void t.test('search: page by page what has all that is searched for, once, the newest first', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { maxLength: 12 }),
      filter,
      fc.integer({ min: 1, max: 4 }),
      async (calls, wanted, limit) => {
        const store = new SqliteStore({
          folder: t.testdir(),
          log: new FakeLog(),
          keepDays: () => 30,
          receivers: () => [''],
        });
        await store.start(() => undefined);
        const entries = calls.map<Entry>((body, n) => ({
          id: `id ${n}`,
          event: body.event,
          callId: '',
          class: 'record',
          body: JSON.stringify(body),
          createdAt: n,
          owners: { extensions: body.agentCode === '' ? [] : [body.agentCode] },
        }));
        for (const entry of entries) await store.add(entry, ['']);
        const pull = new Pull(store);
        const found: string[] = [];
        let before: string | undefined;
        for (let more = true; more;) {
          const page = await pull.search({ ...anything, ...wanted, before, limit });
          t.ok(page.items.length <= limit);
          found.push(...page.items.map(({ id }) => id));
          ({ next: before, more } = page);
        }
        const { number, isExact, extension, agent, queue, missCause, from = 0, to = 99 } = wanted;
        const expected = calls.flatMap((one, n) =>
          one.event !== 'ivr' &&
          (number === undefined || hasNumber(one.caller, number, isExact)) &&
          (extension === undefined || one.agentCode === extension) &&
          (agent === undefined || one.agentCode === agent) &&
          (queue === undefined || one.queueCode === queue) &&
          (missCause === undefined || one.missCause === missCause || (missCause === 'any' && one.missCause !== '')) &&
          n >= from &&
          n <= to
            ? `id ${n}`
            : [],
        );
        t.strictSame(found, expected.reverse());
        await store.stop();
      },
    ),
    { numRuns: 30 },
  );
});

void t.test(
  'search: every queue that a caller was in, everybody who talked, a number however it is written',
  async (t) => {
    const store = new SqliteStore({
      folder: t.testdir(),
      log: new FakeLog(),
      keepDays: () => 30,
      receivers: () => [''],
    });
    await store.start(() => undefined);
    t.teardown(() => store.stop());
    const bodies = [
      {
        event: 'cc_cdr',
        caller: '013800138000',
        agentCode: '802',
        queueCode: '631',
        queues: [{ queueCode: '630' }, { queueCode: '631' }],
        agents: [{ agent: '801' }, { agent: '802' }],
      },
      { event: 'missedcall', number: '+8613900139000', queueCode: '631', queues: ['630', '631'], agentCode: '' },
      { event: 'cdr', source: '800', destination: '*97' },
      { event: 'cdr', source: '800', destination: '97' },
    ];
    for (const [n, body] of bodies.entries()) {
      await store.add(
        { id: `id ${n}`, event: body.event, callId: '', class: 'record', body: JSON.stringify(body), createdAt: n },
        [''],
      );
    }
    const pull = new Pull(store);
    const found = async (wanted: Partial<SearchFilter>): Promise<number[]> => {
      const events = ['cdr', 'cc_cdr', 'missedcall'];
      const { items } = await pull.search({ ...anything, events, ...wanted, before: undefined, limit: 9 });
      return items.map(({ createdAt }) => createdAt);
    };
    t.same(await found({ queue: '630' }), [1, 0]);
    t.same(await found({ queue: '631' }), [1, 0]);
    t.same(await found({ queue: '63' }), []);
    t.same(await found({ agent: '801' }), [0]);
    for (const number of ['13800138000', '+86 138-0013-8000', '0013800138000', '0138001']) {
      t.same(await found({ number }), [0], number);
    }
    for (const number of ['013900139000', '139001', '008613900139000']) t.same(await found({ number }), [1], number);
    t.same(await found({ number: '14900139000' }), []);
    t.same(await found({ number: '*97' }), [2], 'a feature code');
    t.same(await found({ number: '*' }), [2]);
    t.same(await found({ number: '97' }), [3, 2]);
    for (const number of ['13800138000', '+86 138-0013-8000', '013800138000'])
      t.same(await found({ number, isExact: true }), [0], `${number} alone`);
    t.same(await found({ number: '0138001', isExact: true }), [], 'a part');
    t.same(await found({ number: '97', isExact: true }), [3]);
  },
);
