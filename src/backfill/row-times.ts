import { uniqueidSlack, madeAt } from '../picture/cdr-row.ts';
import { localMoments, timeParts } from '../system/local-time.ts';

/** How a file of call detail records writes times: local, in GMT, or (`auto`) as its rows tell. */
export type RowTimes = 'auto' | 'local' | 'gmt';

/** Whether a field is a time. */
export function isTime(text: string): boolean {
  return timeParts(text) !== undefined;
}

/** `YYYY-MM-DD HH:mm:ss` in GMT → ms epoch; NaN for any other text. */
export function gmtMoment(text: string): number {
  const parts = timeParts(text);
  return parts === undefined ? NaN : Date.UTC(...parts);
}

/** Milliseconds from the creation of a channel within which its row usually begins; only rows after a transfer do not. */
const soon = 60_000;
/** Weight of a hint that leaves no doubt; the sum of all hints is limited to it. */
export const certain = 3;

/**
 * Whether the row alone tells that its times are in GMT (`usegmtime` in cdr.conf): a Uniqueid begins with the second in
 * which its channel was made (`[systemname-]1534993030.626`), and the channel's rows begin after that, usually soon after.
 * Returns a weight: positive for GMT, negative for local time, 0 if the row does not tell.
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
