import { signal } from '@preact/signals';
import type { Outcome } from '../base/ask.ts';

/** What the drawer can show. */
export type DrawerName = 'records' | 'figures' | 'missed' | 'deliveries' | 'blacklist';

/** What it shows; `''`: it is shut. */
export const drawer = signal<DrawerName | ''>('');

/** What records are searched for; a field that is `''` or absent is not asked for. */
export interface RecordSearch {
  readonly number?: string;
  readonly agent?: string;
  readonly queue?: string;
  /** YYYY-MM-DD */
  readonly from?: string;
  readonly to?: string;
  readonly missCause?: string;
}

/** What the records are searched for. */
export const recordSearch = signal<RecordSearch>({});

/** Opens the records with this search. */
export function searchRecords(search: RecordSearch): Promise<Outcome<unknown>> {
  recordSearch.value = search;
  drawer.value = 'records';
  return Promise.resolve({ ok: true, message: '', data: undefined });
}
