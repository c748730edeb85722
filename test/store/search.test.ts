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
  number: maybe(fc.constantFrom('532', '30532', '999')),
  agent: maybe(fc.constantFrom('800', '80')),
  queue: maybe(fc.constantFrom('630', '63')),
  missCause: maybe(fc.constantFrom('any', 'NO_ASSIGN')),
  from: maybe(fc.integer({ min: 0, max: 12 })),
  to: maybe(fc.integer({ min: 0, max: 12 })),
});

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
        const { number, agent, queue, missCause, from = 0, to = 99 } = wanted;
        const expected = calls.flatMap((one, n) =>
          one.event !== 'ivr' &&
          (number === undefined || one.caller.replaceAll(/[+ ]/g, '').includes(number)) &&
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
