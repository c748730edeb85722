import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Setup } from '../lab/setup.ts';

const folder = join(import.meta.dirname, 'recorded-logs');

/** Set-ups of which logs were recorded (`npm run lab:record-logs`). */
export const recordedSetups: readonly Setup[] = ['16-sip', '22-pjsip'];

/** The body of a record as it was pushed. */
export type Body = Readonly<Record<string, unknown>>;

/** What Asterisk wrote into its logs during a scenario, and what the daemon pushed that saw it. */
export interface Recorded {
  readonly scenario: string;
  /** The dialplan kit's file of call detail records, line by line. */
  readonly rows: readonly string[];
  /** Stock Asterisk's. */
  readonly master: readonly string[];
  readonly queueLog: readonly string[];
  readonly records: readonly { readonly id: string; readonly body: Body }[];
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

/** Every scenario that was recorded on a set-up. */
export function recorded(setup: Setup): Recorded[] {
  return readdirSync(join(folder, setup)).map((scenario) => {
    const dir = join(folder, setup, scenario);
    return {
      scenario,
      rows: linesOf(join(dir, 'rows.csv')),
      master: linesOf(join(dir, 'Master.csv')),
      queueLog: linesOf(join(dir, 'queue_log')),
      records: JSON.parse(readFileSync(join(dir, 'records.json'), 'utf8')) as Recorded['records'],
    };
  });
}

/** The bodies of one event, in the order in which they were pushed. */
export function bodiesOf({ records }: Recorded, event: string): Body[] {
  return records.map(({ body }) => body).filter((body) => body['event'] === event);
}
