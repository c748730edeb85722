import type { Change } from '../picture/model.ts';
import type { Rung } from './ring.ts';

/** ms within which the same click-to-dial once more is a double click. */
const doubleClick = 1_000;

/** The call that a click-to-dial asks for: src's phones are rung, and dst is called when one is picked up. */
export interface RequestedCall {
  readonly src: string;
  readonly dst: string;
  /** At most so many seconds of talk. */
  readonly limitSec?: number | undefined;
  /** How long src's phones ring, in seconds. */
  readonly ringSec?: number | undefined;
}

interface Recent {
  readonly at: number;
  readonly rung: Promise<Rung>;
  /** ChannelId of the phone that was picked up. */
  picked: string | undefined;
}

/**
 * Click-to-dials of the last second: whoever clicks twice wants one call. The same is one that asks for the same call:
 * src, dst and all that the call is to be like; whether somebody waits for its outcome makes no other call of it.
 */
export class RecentClicks {
  readonly #recent = new Map<string, Recent>();

  /** The call that was begun less than a second ago and is not over, else `begin`s it. `now`: ms, never set back. */
  once({ src, dst, limitSec, ringSec }: RequestedCall, now: number, begin: () => Promise<Rung>): Promise<Rung> {
    for (const [key, { at }] of this.#recent) if (now - at >= doubleClick) this.#recent.delete(key);
    const key = JSON.stringify([src, dst, limitSec ?? 0, ringSec ?? 0]);
    const before = this.#recent.get(key);
    if (before !== undefined) return before.rung;
    const recent: Recent = { at: now, rung: begin(), picked: undefined };
    this.#recent.set(key, recent);
    const forget = (): void => {
      if (this.#recent.get(key) === recent) this.#recent.delete(key);
    };
    recent.rung
      .then(({ ended }) => ended)
      .then(({ outcome, channelId }) => {
        if (outcome === 'answered') recent.picked = channelId;
        else forget();
      })
      .catch(forget);
    return recent.rung;
  }

  /** Takes what the picture saw: whoever calls again after the call was over wants another. */
  onChange(change: Change): void {
    if (change.type !== 'hangup') return;
    for (const [key, { picked }] of this.#recent) if (picked === change.channel.uniqueid) this.#recent.delete(key);
  }
}
