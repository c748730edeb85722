/** ms epoch → `YYYY-MM-DD HH:mm:ss` in the box's time zone, as Asterisk's call detail records have it. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const ymd = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${ymd} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;
const minute = 60_000;
const day = 24 * 60 * minute;

/** The numbers of `YYYY-MM-DD HH:mm:ss` in the order in which Date takes them; `undefined` for any other text. */
export function timeParts(text: string): [number, number, number, number, number, number] | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 1, date = 1, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  return [year, month - 1, date, hour, minute, second];
}

/**
 * The moments (ms epoch, in order) at which the box's clock shows `YYYY-MM-DD HH:mm:ss`. There are two in the hour that
 * comes twice when summer time ends, and none if the text is not a time.
 */
export function localMoments(text: string): number[] {
  const parts = timeParts(text);
  if (parts === undefined) return [];
  const first = new Date(...parts).getTime();
  const setBack = offsetAt(first + day) - offsetAt(first - day);
  return setBack > 0 && localTime(first + setBack) === text ? [first, first + setBack] : [first];
}

/** Milliseconds by which the box's clock is behind UTC. */
function offsetAt(moment: number): number {
  return new Date(moment).getTimezoneOffset() * minute;
}

/** The day of a moment (ms epoch), or that many months away, as 20261129. */
export function localDay(moment: number, months = 0): number {
  const date = new Date(moment);
  const day = date.getDate();
  if (months !== 0) {
    date.setDate(1);
    date.setMonth(date.getMonth() + months);
    const days = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
    date.setDate(Math.min(day, days));
  }
  return date.getFullYear() * 10_000 + (date.getMonth() + 1) * 100 + date.getDate();
}

/** The hour of a moment (ms epoch) as 2026112916. The hour that comes twice when summer time ends is one. */
export function localHour(moment: number): number {
  return localDay(moment) * 100 + new Date(moment).getHours();
}

/** When the next hour begins by the box's clock (ms epoch). */
export function nextLocalHour(moment: number): number {
  const next = new Date(moment).setMinutes(60, 0, 0);
  return next > moment ? next : moment + 60 * minute;
}
