import { localMoments } from '../system/local-time.ts';

const shape = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+ -]\d\d:\d\d)?$/;

/**
 * `2026-11-25 08:20:56` in the time of the box, or ISO 8601 with or without a zone, as milliseconds since 1970: from
 * the first to the last that it stands for (a whole second unless there is a fraction). `undefined` when it is neither,
 * or no day. In the hour that comes twice when summer time ends it stands for both. A `+` that a query turned into a
 * space is one.
 */
export function parseMoment(text: string): { readonly from: number; readonly to: number } | undefined {
  const found = shape.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const [fraction, zone] = [found[7], found[8]];
  const utc = Date.UTC(year, month - 1, day, hour, minute, second);
  // A date that does not exist rolls over into another one.
  if (year < 1970 || new Date(utc).toISOString().slice(0, 19) !== `${text.slice(0, 10)}T${text.slice(11, 19)}`) {
    return undefined;
  }
  const offset = zone === undefined ? undefined : offsetOf(zone);
  if (Number.isNaN(offset)) return undefined;
  const local = `${text.slice(0, 10)} ${text.slice(11, 19)}`;
  const moments = offset === undefined ? localMoments(local) : [utc - offset];
  const part = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  const [first = NaN] = moments;
  const last = moments.at(-1) ?? first;
  return { from: first + part, to: last + (fraction === undefined ? 999 : part) };
}

/** Milliseconds east of Greenwich; NaN if it is no offset. */
function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  if (hours > 23 || minutes > 59) return NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
