import type { Outcome } from '../base/ask.ts';
import { personal } from '../base/personal.ts';

/** What the drawer can show. */
export type DrawerName = 'records' | 'figures' | 'missed' | 'deliveries' | 'blacklist' | 'users';

/** What it shows; `''`: it is shut. */
export const drawer = personal<DrawerName | ''>('');

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
export const recordSearch = personal<RecordSearch>({});

/** The record of which everything is shown, by its id; `''`: none. */
export const openRecord = personal('');

/** Opens the records with this search, and one of them (`id`). */
export function searchRecords(search: RecordSearch, id = ''): Promise<Outcome<unknown>> {
  recordSearch.value = search;
  openRecord.value = id;
  drawer.value = 'records';
  return Promise.resolve({ ok: true, message: '', data: undefined });
}
