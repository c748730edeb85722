import fc from 'fast-check';
import type { Test } from 'tap';
import { MemoryStore } from './memory-store.ts';
import type { Mark, PendingRecord, Store } from '../../src/store/store.ts';
import { entry } from '../push/fakes.ts';

/** Opens an empty store that is closed and removed at the end of the test. */
export type OpenStore = (t: Test) => Promise<Store>;

const names = ['', 'crm'] as const;
const ids = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

function record(id: string): ReturnType<typeof entry> {
  return entry(id, 'record', `call of ${id}`, Date.UTC(2026, 0, 1));
}

function idsOf(found: readonly PendingRecord[]): string[] {
  return found.map(({ entry: { id } }) => id);
}

const marks: fc.Arbitrary<Mark> = fc.oneof(
  fc.record({ state: fc.constantFrom('pending' as const, 'dead' as const), attempts: fc.nat(9), error: fc.string() }),
  fc.record({ state: fc.constant('delivered' as const), attempts: fc.nat(9) }),
);

const steps = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      id: fc.constantFrom(...ids),
      receivers: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('mark' as const),
      id: fc.constantFrom(...ids),
      receiver: fc.constantFrom(...names),
      mark: marks,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pending' as const),
      receiver: fc.constantFrom(...names),
      after: fc.nat(6),
      limit: fc.nat(6),
    }),
  },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

/** Makes one step. Returns what the store answered. */
async function make(store: Store, step: Step): Promise<unknown> {
  switch (step.kind) {
    case 'add':
      return store.add(record(step.id), step.receivers);
    case 'mark':
      return store.mark(step.receiver, step.id, step.mark);
    case 'pending':
      return store.pending(step.receiver, step.after, step.limit);
  }
}

/** What every Store must do (store.ts), as subtests. The last one compares a store with the MemoryStore step by step. */
export function storeContract(t: Test, open: OpenStore): void {
  void t.test('a record comes back as it was given, for each of its receivers', async (t) => {
    const store = await open(t);
    const given = { ...record('a'), body: '{"name":"張 \\"808\\"\\u0000","n":1e21}', extra: '{"Channel":"a"}' };
    const seq = await store.add(given, ['', 'crm']);
    for (const name of names) {
      t.strictSame(await store.pending(name, 0, 10), [{ seq, entry: given, attempts: 0 }]);
      t.strictSame(store.counts(name), { pending: 1, dead: 0 });
    }
    t.strictSame(await store.pending('nobody', 0, 10), []);
    t.strictSame(store.counts('nobody'), { pending: 0, dead: 0 });
  });

  void t.test('overlapping adds get ascending sequence numbers', async (t) => {
    const store = await open(t);
    const seqs = await Promise.all(Array.from({ length: 500 }, (_, i) => store.add(record(`r${i}`), [''])));
    t.strictSame(
      seqs,
      seqs.toSorted((a, b) => Number(a) - Number(b)),
    );
    t.equal(new Set(seqs).size, 500);
    const first = await store.pending('', 0, 300);
    const rest = await store.pending('', first.at(-1)?.seq ?? 0, 300);
    t.strictSame(
      idsOf([...first, ...rest]),
      Array.from({ length: 500 }, (_, i) => `r${i}`),
    );
  });

  void t.test('contract §3: an id is taken once, with its first body, even after it was delivered', async (t) => {
    const store = await open(t);
    const both = await Promise.all([store.add(record('a'), ['']), store.add({ ...record('a'), body: '{}' }, [''])]);
    t.type(both[0], 'number');
    t.equal(both[1], undefined);
    t.equal((await store.pending('', 0, 10))[0]?.entry.body, record('a').body);
    await store.mark('', 'a', { state: 'delivered', attempts: 1 });
    t.equal(await store.add(record('a'), ['']), undefined);
    t.strictSame(await store.pending('', 0, 10), []);
  });

  void t.test('an id is known from the call on, also after it was delivered', async (t) => {
    const store = await open(t);
    t.notOk(store.has('a'));
    const added = store.add(record('a'), ['']);
    t.ok(store.has('a'), 'before it is durable');
    await added;
    await store.mark('', 'a', { state: 'delivered', attempts: 1 });
    t.ok(store.has('a'));
    await store.add(record('b'), []);
    t.equal(store.has('b'), store.has('a'), 'a record for nobody');
    t.notOk(store.has('c'));
  });

  void t.test(
    'marks: attempts are kept, dead records are counted but not pending, delivered ones are gone',
    async (t) => {
      const store = await open(t);
      for (const id of ['a', 'b', 'c']) await store.add(record(id), ['', 'crm']);
      await store.mark('', 'a', { state: 'pending', attempts: 7, error: 'HTTP 500' });
      await store.mark('', 'b', { state: 'dead', attempts: 9, error: 'HTTP 404' });
      await store.mark('', 'c', { state: 'delivered', attempts: 1 });
      t.match(await store.pending('', 0, 10), [{ entry: { id: 'a' }, attempts: 7 }]);
      t.strictSame(store.counts(''), { pending: 1, dead: 1 });
      t.strictSame(idsOf(await store.pending('crm', 0, 10)), ['a', 'b', 'c'], 'of no effect for another receiver');
      await store.mark('', 'b', { state: 'pending', attempts: 0, error: '' });
      t.strictSame(store.counts(''), { pending: 2, dead: 0 }, 'a dead letter comes back');
      await store.mark('', 'unknown', { state: 'delivered', attempts: 1 });
      t.strictSame(store.counts(''), { pending: 2, dead: 0 });
    },
  );

  void t.test('any sequence of steps: the same answers as the memory store', async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 40, size: 'max' }), async (sequence) => {
        const model = new MemoryStore();
        const store = await open(t);
        for (const step of sequence) {
          const [expected, found] = [await make(model, step), await make(store, step)];
          t.strictSame(found, expected, JSON.stringify(step));
          for (const name of names) t.strictSame(store.counts(name), model.counts(name));
        }
        await store.stop();
        return t.passing();
      }),
      { numRuns: 40 },
    );
  });
}
