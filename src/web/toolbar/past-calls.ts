import { ask, type Outcome } from '../base/ask.ts';
import { merged, type PastCall, type Stored } from './past-call.ts';

/** The last calls of a number, or of an extension, newest first. */
export async function pastCalls(of: {
  readonly number?: string;
  readonly extension?: string;
}): Promise<Outcome<readonly PastCall[]>> {
  const outcome = await ask<{ readonly records: readonly Stored[] }>('GET', 'records/newest', { ...of, limit: 60 });
  return outcome.ok ? { ...outcome, data: merged(outcome.data.records) } : outcome;
}
