/**
 * Does the work for each item, also for those after one that makes it throw: what one fault of ours takes away must not be
 * more than that item. Throws when all is done: what was thrown, or an AggregateError of it all.
 */
export function forAll<T>(items: Iterable<T>, work: (item: T) => void): void {
  const causes: unknown[] = [];
  for (const item of items) {
    try {
      work(item);
    } catch (cause) {
      causes.push(cause);
    }
  }
  tell(causes);
}

/** The same for work that takes time: the next begins when the one before is done, or has failed. */
export async function inTurn<T>(items: Iterable<T>, work: (item: T) => unknown): Promise<void> {
  const causes: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (cause) {
      causes.push(cause);
    }
  }
  tell(causes);
}

/** The same for what is under way at once: nothing of it is still under way when this resolves or rejects. */
export async function together(works: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(works);
  tell(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : [])));
}

function tell(causes: readonly unknown[]): void {
  if (causes.length > 1) throw new AggregateError(causes, `${causes.length} faults`);
  if (causes.length === 1) throw causes[0];
}
