import t from 'tap';
import { Refusal } from '../../src/system/refusal.ts';
import { WorkQueue } from '../../src/system/work-queue.ts';

void t.test('one after the other, in their order, however the one before ends', async (t) => {
  const queue = new WorkQueue(3);
  const order: string[] = [];
  const { promise: first, reject } = Promise.withResolvers<undefined>();
  const runs = [
    queue.run(async () => {
      order.push('one');
      await first;
    }),
    queue.run(async () => Promise.resolve(order.push('two'))),
  ];
  await Promise.resolve();
  t.strictSame(order, ['one']);
  reject(new Error('failed'));
  await t.rejects(async () => runs[0], /failed/);
  t.equal(await runs[1], 2);
  t.strictSame(order, ['one', 'two']);
});

void t.test('what is too much is refused, until there is room again', async (t) => {
  const queue = new WorkQueue(2);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const runs = [queue.run(() => promise), queue.run(() => promise)];
  const refusal = await queue.run(() => promise).catch((cause: unknown) => cause);
  t.ok(refusal instanceof Refusal && refusal.kind === 'unavailable' && refusal.retryAfter === 1);
  resolve(undefined);
  await Promise.all(runs);
  t.equal(await queue.run(() => Promise.resolve(1)), 1);
});
