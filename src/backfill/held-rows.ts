import type { Picture } from '../picture/picture.ts';

/** Most rows held back at once; further ones pass without waiting. */
const mostHeld = 2_000;
/** Milliseconds for which a row is held back at most. */
const longestHold = 8_000;

/** An event of Asterisk as the picture takes it. */
export type AmiEvent = Parameters<Picture['apply']>[0];

/** Rows that the manager interface told while older ones were still being read from the file, in their order. */
export class HeldRows {
  #held: { readonly event: AmiEvent; readonly arrived: number; readonly since: number }[] = [];

  /** Holds a row back; false: there is no room for it. `arrived`: ms epoch; `now`: ms of the monotonic clock. */
  add(event: AmiEvent, arrived: number, now: number): boolean {
    if (this.#held.length >= mostHeld) return false;
    this.#held.push({ event: event.copy(), arrived, since: now });
    return true;
  }

  /** Whether the oldest row has waited too long; `now`: ms of the monotonic clock. */
  isOverdue(now: number): boolean {
    return now - (this.#held[0]?.since ?? Infinity) > longestHold;
  }

  /** Hands over every row, the oldest first. If `take` throws for one, the others follow all the same before it throws. */
  release(take: (event: AmiEvent, arrived: number) => void): void {
    const held = this.#held;
    this.#held = [];
    const errors: unknown[] = [];
    for (const { event, arrived } of held) {
      try {
        take(event, arrived);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${held.length} held rows failed`);
  }
}
