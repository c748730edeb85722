import { localTime } from '../system/local-time.ts';

/** How a file of call detail records writes times: as the box's clock shows them, in GMT, or as each row tells. */
export type RowTimes = 'auto' | 'local' | 'gmt';

const pattern = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;

/** Whether a field is a time at all. */
export function isTime(text: string): boolean {
  return pattern.test(text);
}

function partsOf(text: string): [number, number, number, number, number, number] {
  const [, year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (pattern.exec(text) ?? []).map(Number);
  return [year, month - 1, day, hour, minute, second];
}

/** `YYYY-MM-DD HH:mm:ss` in the box's time zone → ms epoch. */
export function localMoment(text: string): number {
  return new Date(...partsOf(text)).getTime();
}

/** The same in GMT. */
export function gmtMoment(text: string): number {
  return Date.UTC(...partsOf(text));
}

/** Milliseconds by which a channel may be older than its Uniqueid says: the clock is read twice. */
const SLACK = 5_000;
/** Milliseconds after its channel was made in which a row most often begins: only those after a transfer do not. */
const SOON = 60_000;
const HOUR = 3_600_000;
/** Weight of a hint that leaves no other reading: more is never put together. */
export const CERTAIN = 3;

/**
 * Whether a row's times are in GMT (`usegmtime` of cdr.conf), told by itself: the Uniqueid of a channel begins with the
 * second in which it was made (`[systemname-]1534993030.626`), and no row of a channel begins before that, and most
 * soon after. Returns how much speaks for it (a negative number: against it); 0: the row does not tell.
 */
export function gmtHint(uniqueId: string, startTime: string): number {
  const made = Number(/(?:^|-)(\d{9,11})\.\d+$/.exec(uniqueId)?.[1] ?? NaN) * 1000;
  if (Number.isNaN(made)) return 0;
  const age = (moment: number): number => (moment < made - SLACK ? Infinity : Math.abs(moment - made));
  const local = Math.min(...localMoments(startTime).map(age));
  const gmt = age(gmtMoment(startTime));
  if (local === gmt) return 0;
  const weight = local === Infinity || gmt === Infinity ? CERTAIN : Math.min(local, gmt) <= SOON ? 1 : 0.1;
  return gmt < local ? weight : -weight;
}

/** An hour that the clock shows twice in a year is meant either way. */
function localMoments(text: string): number[] {
  const first = localMoment(text);
  return localTime(first + HOUR) === text ? [first, first + HOUR] : [first];
}
