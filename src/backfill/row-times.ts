import { uniqueidSlack, madeAt } from '../picture/cdr-row.ts';
import { localMoments, timeParts } from '../system/local-time.ts';

/** How a file of call detail records writes times: as the box's clock shows them, in GMT, or as each row tells. */
export type RowTimes = 'auto' | 'local' | 'gmt';

/** Whether a field is a time at all. */
export function isTime(text: string): boolean {
  return timeParts(text) !== undefined;
}

/** `YYYY-MM-DD HH:mm:ss` in GMT → ms epoch; NaN for any other text. */
export function gmtMoment(text: string): number {
  const parts = timeParts(text);
  return parts === undefined ? NaN : Date.UTC(...parts);
}

/** Milliseconds after its channel was made in which a row most often begins: only those after a transfer do not. */
const soon = 60_000;
/** Weight of a hint that leaves no other reading: more is never put together. */
export const certain = 3;

/**
 * Whether a row's times are in GMT (`usegmtime` of cdr.conf), told by itself: the Uniqueid of a channel begins with the
 * second in which it was made (`[systemname-]1534993030.626`), and no row of a channel begins before that, and most
 * soon after. Returns how much speaks for it (a negative number: against it); 0: the row does not tell.
 */
export function gmtHint(uniqueId: string, startTime: string): number {
  const made = madeAt(uniqueId);
  if (made === undefined) return 0;
  const age = (moment: number): number => (moment < made - uniqueidSlack ? Infinity : Math.abs(moment - made));
  const local = Math.min(...localMoments(startTime).map(age));
  const gmt = age(gmtMoment(startTime));
  if (local === gmt) return 0;
  const weight = local === Infinity || gmt === Infinity ? certain : Math.min(local, gmt) <= soon ? 1 : 0.1;
  return gmt < local ? weight : -weight;
}
