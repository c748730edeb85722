import type { Change } from '../picture/model.ts';
import type { Rung } from './ring.ts';

/** Milliseconds within which the same click-to-dial again is a double click. */
const doubleClick = 1_000;

/** The call that a click-to-dial asks for. */
export interface RequestedCall {
  readonly src: string;
  readonly dst: string;
  /** How long they may talk, in seconds; 0: without limit. */
  readonly limitSec?: number | undefined;
  /** How long src's phones ring, in seconds. */
  readonly ringSec?: number | undefined;
  /** The number that dst is shown in place of src's. */
  readonly callerId?: string | undefined;
  /** Handed back in the events of the call. */
  readonly clientUserId?: string | undefined;
}

interface Recent {
  readonly at: number;
  readonly rung: Promise<Rung>;
  /** ChannelIds of its phones that Asterisk has not hung up; `undefined` until they are known. */
  live: Set<string> | undefined;
}

/**
 * Click-to-dials of the last second: a user who clicks twice wants one call. Two are the same if src, dst and all other
 * wishes for the call are; whether the client waits for the outcome does not matter.
 */
export class RecentClicks {
  readonly #recent = new Map<string, Recent>();
  readonly #isEnded: (channelId: string) => boolean;

  /** `isEnded`: whether the API has ended this channel, which Asterisk tells a moment later. */
  constructor(isEnded: (channelId: string) => boolean) {
    this.#isEnded = isEnded;
  }

  /** Returns the call that began less than a second ago and is not over, or `begin`s one. `now`: monotonic, in ms. */
  once(call: RequestedCall, now: number, begin: () => Promise<Rung>): Promise<Rung> {
    for (const [key, { at }] of this.#recent) if (now - at >= doubleClick) this.#recent.delete(key);
    const { src, dst, limitSec = 0, ringSec = 0, callerId = '', clientUserId = '' } = call;
    const key = JSON.stringify([src, dst, limitSec, ringSec, callerId, clientUserId]);
    const before = this.#recent.get(key);
    if (before !== undefined && !this.#isOver(before)) return before.rung;
    const recent: Recent = { at: now, rung: begin(), live: undefined };
    this.#recent.set(key, recent);
    const forget = (): void => {
      if (this.#recent.get(key) === recent) this.#recent.delete(key);
    };
    recent.rung
      .then(({ channelIds, ended }) => {
        recent.live = new Set(channelIds);
        return ended;
      })
      .then(({ outcome }) => {
        if (outcome !== 'answered') forget();
      })
      .catch(forget);
    return recent.rung;
  }

  /** Takes what the picture saw: a click after the call is over asks for another one. */
  onChange(change: Change): void {
    if (change.type !== 'hangup') return;
    for (const [key, recent] of this.#recent) {
      // Phones that ring beside the one that is picked up are hung up before it.
      if (recent.live?.delete(change.channel.uniqueid) === true && this.#isOver(recent)) this.#recent.delete(key);
    }
  }

  #isOver({ live }: Recent): boolean {
    return live !== undefined && [...live].every((channelId) => this.#isEnded(channelId));
  }
}
