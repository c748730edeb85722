import { signal } from '@preact/signals';

/** Seconds since 1970 by the clock of the box, whole: every timer of the page ticks by it. */
export const now = signal(Math.floor(Date.now() / 1000));

/** Milliseconds by which the clock of the box is ahead of the browser's. */
let ahead = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The stream tells what time it is at the box: whole seconds, so up to one too few. */
export function setClock(seconds: number): void {
  ahead = seconds * 1000 - Date.now();
  tick();
}

/** The time of the box in milliseconds since 1970. */
export function boxTime(): number {
  return Date.now() + ahead;
}

/** Runs the clock: a tick at the beginning of each second, for as long as the page is open. */
export function tick(): void {
  clearTimeout(timer);
  const time = boxTime();
  now.value = Math.floor(time / 1000);
  timer = setTimeout(tick, 1000 - (((time % 1000) + 1000) % 1000));
}
