/** ms epoch → `YYYY-MM-DD HH:mm:ss` in the box's time zone, as Asterisk's call detail records have it. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;
const DAY = 24 * 3_600_000;
const MINUTE = 60_000;

/** The numbers of `YYYY-MM-DD HH:mm:ss` in the order in which Date takes them; `undefined` for any other text. */
export function timeParts(text: string): [number, number, number, number, number, number] | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  return [year, month - 1, day, hour, minute, second];
}

/**
 * The moments (ms epoch, the first one first) at which the box's clock shows `YYYY-MM-DD HH:mm:ss`. There are two in the
 * hour that comes twice when summer time ends, and none (an empty list) when the text is not a time.
 */
export function localMoments(text: string): number[] {
  const parts = timeParts(text);
  if (parts === undefined) return [];
  const first = new Date(...parts).getTime();
  const setBack = offsetAt(first + DAY) - offsetAt(first - DAY);
  return setBack > 0 && localTime(first + setBack) === text ? [first, first + setBack] : [first];
}

/** Milliseconds by which the box's clock is behind UTC. */
function offsetAt(moment: number): number {
  return new Date(moment).getTimezoneOffset() * MINUTE;
}
