import type { Test } from 'tap';
import type { Setup } from '../lab/setup.ts';
import type { Body } from './compare.ts';
import { menuFields, recordFields } from './expected.ts';

const counted = ['dialbegein', 'hangup', 'cdr', 'ivr', 'cc_cdr'] as const;

/**
 * Fields that are the same in every scenario: `called` of an ivr is empty by contract §3.5's sample; after-call work is
 * off in the scenarios and tested for itself (contract §1.2), as are restarts, which make a record incomplete.
 */
const constant = ['ivr.called', 'cc_cdr.pauseTime', 'cc_cdr.incomplete'];

/** What a field is when there is nothing to tell. */
const isDefault = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : [undefined, '', '0', 0, false].includes(value as string);

/** Which events of which scenario were compared on which set-up. */
export class Matrix {
  readonly #counts = new Map<string, Map<Setup, string>>();
  readonly #told = new Set<string>();

  /** The bodies of one scenario were compared. */
  add(scenario: string, setup: Setup, bodies: readonly Body[]): void {
    const counts = counted.map((name) => bodies.filter(({ event }) => event === name).length);
    const row = this.#counts.get(scenario) ?? new Map<Setup, string>();
    row.set(setup, counts.join('/'));
    this.#counts.set(scenario, row);
    for (const body of bodies) {
      for (const [field, value] of Object.entries(body)) {
        if (!isDefault(value)) this.#told.add(`${String(body['event'])}.${field}`);
      }
    }
  }

  /** Prints scenario × set-up, and fails when a field of contract §3.5 or §3.7 was nowhere other than its default. */
  close(t: Pick<Test, 'comment' | 'same'>, setups: readonly Setup[]): void {
    const pad = (text: string, size: number): string => text.padEnd(size);
    t.comment(`${pad('scenario', 30)} ${setups.map((setup) => pad(setup, 12)).join('')}(${counted.join('/')})`);
    for (const [scenario, row] of [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      t.comment(`${pad(scenario, 30)} ${setups.map((setup) => pad(row.get(setup) ?? '–', 12)).join('')}`);
    }
    const all = [...menuFields.map((field) => `ivr.${field}`), ...recordFields.map((field) => `cc_cdr.${field}`)];
    const never = all.filter((field) => !this.#told.has(field) && !constant.includes(field));
    t.same(never, [], 'contract §3.5, §3.7: every field was compared with a value that is not its default');
  }
}
