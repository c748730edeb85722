import { signal } from '@preact/signals';
import { shownLanguage, t } from './language.ts';

/** Minutes by which the time of the box is ahead of UTC; `undefined`: as the browser's, until the box has told. */
export const boxOffset = signal<number | undefined>(undefined);

const two = (value: number): string => String(value).padStart(2, '0');

/** A duration that ticks: `0:42`, `3:07`, `1:12:09`. Negative ones are 0: clocks differ. */
export function ticking(seconds: number): string {
  const all = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A duration as people say it: `3:07`, `1 h 12 min`, `2 d 3 h`. */
export function duration(seconds: number): string {
  const all = Math.max(0, Math.floor(seconds));
  if (all < 3600) return ticking(all);
  const hours = Math.floor(all / 3600);
  if (hours < 24) return t('format.hours', { h: hours, m: Math.floor(all / 60) % 60 });
  return t('format.days', { d: Math.floor(hours / 24), h: hours % 24 });
}

/** A count with the separators of the language. */
export function count(value: number): string {
  return new Intl.NumberFormat(shownLanguage.value).format(value);
}

/** A part of 1 as a whole percentage: `93 %`. */
export function percent(part: number): string {
  return new Intl.NumberFormat(shownLanguage.value, { style: 'percent', maximumFractionDigits: 0 }).format(part);
}

/** The time of day at the box: `14:03:09`, or `14:03` without seconds. */
export function timeOfDay(moment: number, withSeconds = true): string {
  const date = atBox(moment);
  const short = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return withSeconds ? `${short}:${two(date.getUTCSeconds())}` : short;
}

/** Day and time at the box, in full, for who hovers: `2026-11-29 14:03:09`, with its offset where the browser's is another. */
export function absolute(moment: number): string {
  const date = atBox(moment);
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  return `${day} ${timeOfDay(moment)}${offsetText()}`;
}

/** A date whose UTC fields show the time of the box. */
function atBox(moment: number): Date {
  const offset = boxOffset.value ?? -new Date(moment * 1000).getTimezoneOffset();
  return new Date(moment * 1000 + offset * 60_000);
}

function offsetText(): string {
  const offset = boxOffset.value;
  if (offset === undefined || offset === -new Date().getTimezoneOffset()) return '';
  const all = Math.abs(offset);
  return ` UTC${offset < 0 ? '−' : '+'}${Math.floor(all / 60)}${all % 60 === 0 ? '' : `:${two(all % 60)}`}`;
}
