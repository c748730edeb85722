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
  if (causes.length > 1) throw new AggregateError(causes, `${causes.length} faults`);
  if (causes.length === 1) throw causes[0];
}
