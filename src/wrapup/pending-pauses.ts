import type { MemberPause, MemberKey } from '../control/member-pause.ts';
import { wrapUpReason } from '../control/member-pause.ts';
import type { Member } from '../picture/model.ts';

/** A place as a key. */
export function keyOf({ queue, interface: name }: MemberKey): string {
  return `${queue}\n${name}`;
}

/**
 * What was asked of Asterisk and not yet seen to happen, by place and in its order: a QueueMemberPause that none of it
 * explains is somebody else's.
 */
export class PendingPauses {
  private readonly awaited = new Map<string, MemberPause[]>();
  /** Places where a pause of ours may still turn up, though nobody waits for it any more. */
  private readonly lost = new Set<string>();

  /** It is on its way. */
  expect(pause: MemberPause): void {
    const key = keyOf(pause);
    this.awaited.set(key, [...(this.awaited.get(key) ?? []), pause]);
  }

  /** The newest that is on its way to this place; all of it comes after whatever Asterisk has told so far. */
  underWay(key: string): MemberPause | undefined {
    return this.awaited.get(key)?.at(-1);
  }

  /** Takes an event: whether it is what was asked for first. */
  take(key: string, { paused, pausedReason }: Member): boolean {
    const awaited = this.awaited.get(key);
    const [first] = awaited ?? [];
    if (first?.paused !== paused || (first.paused && first.reason !== pausedReason)) return false;
    awaited?.shift();
    if (awaited?.length === 0) this.awaited.delete(key);
    return true;
  }

  /** Whether a pause with our reason that nobody waits for is one that was given up. */
  takeLost(key: string): boolean {
    return this.lost.delete(key);
  }

  /** Asterisk refused it: it will not happen. */
  refused(pause: MemberPause): void {
    const key = keyOf(pause);
    const rest = (this.awaited.get(key) ?? []).filter((one) => one !== pause);
    if (rest.length === 0) this.awaited.delete(key);
    else this.awaited.set(key, rest);
  }

  /** Nobody will say whether it happened. */
  giveUp(pause: MemberPause): void {
    this.refused(pause);
    if (pause.paused && pause.reason === wrapUpReason) this.lost.add(keyOf(pause));
  }

  /** As `giveUp`, of everything: the connection is lost. */
  giveUpAll(): void {
    for (const pause of [...this.awaited.values()].flat()) this.giveUp(pause);
  }
}
