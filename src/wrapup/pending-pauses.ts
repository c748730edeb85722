import type { MemberPause, MemberKey } from '../control/member-pause.ts';
import { wrapUpReason } from '../control/member-pause.ts';
import type { Member } from '../picture/model.ts';

/** A member's key as one text. */
export function keyOf({ queue, interface: name }: MemberKey): string {
  return `${queue}\n${name}`;
}

/**
 * Pauses and unpauses that Asterisk was asked for and has not reported yet, by member and in order. A QueueMemberPause that
 * is not one of them is somebody else's.
 */
export class PendingPauses {
  readonly #pending = new Map<string, MemberPause[]>();
  /** Members for which a pause that was given up may still turn up. */
  readonly #lost = new Set<string>();

  /** Asterisk is asked for it. */
  expect(pause: MemberPause): void {
    const key = keyOf(pause);
    this.#pending.set(key, [...(this.#pending.get(key) ?? []), pause]);
  }

  /** The newest one pending for this member. All pending ones come after whatever Asterisk has reported so far. */
  underWay(key: string): MemberPause | undefined {
    return this.#pending.get(key)?.at(-1);
  }

  /** Takes an event; returns whether it is the oldest pending one. */
  take(key: string, { paused, pausedReason }: Member): boolean {
    const pending = this.#pending.get(key);
    const [first] = pending ?? [];
    if (first?.paused !== paused || (first.paused && first.reason !== pausedReason)) return false;
    pending?.shift();
    if (pending?.length === 0) this.#pending.delete(key);
    return true;
  }

  /** Whether a pause with our reason, of which none is pending, is one that was given up. */
  takeLost(key: string): boolean {
    return this.#lost.delete(key);
  }

  /** Asterisk refused it. */
  refused(pause: MemberPause): void {
    const key = keyOf(pause);
    const rest = (this.#pending.get(key) ?? []).filter((one) => one !== pause);
    if (rest.length === 0) this.#pending.delete(key);
    else this.#pending.set(key, rest);
  }

  /** Nothing will tell whether it happened. */
  giveUp(pause: MemberPause): void {
    this.refused(pause);
    if (pause.paused && pause.reason === wrapUpReason) this.#lost.add(keyOf(pause));
  }

  /** The connection is lost: gives up all of them. */
  giveUpAll(): void {
    for (const pause of [...this.#pending.values()].flat()) this.giveUp(pause);
  }
}
