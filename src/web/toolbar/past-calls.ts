import { ask, type Outcome } from '../base/ask.ts';
import { merged, mostCalls, type PastCall, type Stored } from './past-call.ts';

/** Requests at most: each looks at some thousand records. */
const mostAsked = 8;

/** The last calls of a number, or of an extension, newest first. */
export async function pastCalls(of: {
  readonly number?: string;
  readonly extension?: string;
}): Promise<Outcome<readonly PastCall[]>> {
  const wanted = { ...of, exact: of.number === undefined ? undefined : 1, event: ['cdr', 'cc_cdr'], limit: 60 };
  const found: Stored[] = [];
  let before: string | undefined;
  for (let asked = 1; ; asked++) {
    const outcome = await ask<{ readonly records: readonly Stored[]; readonly next: string; readonly more: boolean }>(
      'GET',
      'records/search',
      { ...wanted, before },
    );
    if (!outcome.ok) return outcome;
    const { records, next, more } = outcome.data;
    found.push(...records);
    const calls = merged(found);
    if (!more || calls.length === mostCalls || asked === mostAsked) return { ...outcome, data: calls };
    before = next;
  }
}
