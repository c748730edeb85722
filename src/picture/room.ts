/**
 * How much of each kind a picture holds: several times what the largest call centre on one Asterisk has. 5,000 channels are
 * some 9 MB of the heap; an Asterisk that tells of more is not one, or has lost its mind, and must not take the daemon along.
 */
const most = {
  channels: 5_000,
  queues: 1_000,
  members: 5_000,
  extensions: 10_000,
  // A call keeps its channels that hung up, and what was dialled and recorded, for as long as one of its channels lives.
  'channels of calls under way': 15_000,
  'dialled legs in one call': 10_000,
  'recordings in one call': 1_000,
} as const;

/** What a picture has room for. */
export type Kind = keyof typeof most;

/** Whether there is room for one more, and of which kinds some were turned away since they last had room again. */
export class Room {
  readonly #full = new Set<Kind>();

  /** Whether one more may come when there are `size`. Who does not come is not followed: events about it are of nobody. */
  isFree(kind: Kind, size: number): boolean {
    if (size < most[kind]) return true;
    this.#full.add(kind);
    return false;
  }

  /** Whether some of any kind were turned away. */
  get isAnyFull(): boolean {
    return this.#full.size > 0;
  }

  /** The kinds of which some were turned away, each with its bound. */
  get full(): readonly string[] {
    return [...this.#full].map((kind) => `${most[kind]} ${kind}`);
  }

  /** Whether a kind that was full has half of its room again; it is then as if nothing had been turned away. */
  hasAgain(kind: Kind, size: number): boolean {
    return size <= most[kind] / 2 && this.#full.delete(kind);
  }
}
