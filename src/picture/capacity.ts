/**
 * How much of each kind a picture holds: several times what the largest call centre on one Asterisk has. 5,000 channels
 * take some 9 MB of heap. An Asterisk that tells of more is broken or an impostor, and must not take the daemon down
 * with it.
 */
const limits = {
  channels: 5_000,
  queues: 1_000,
  members: 5_000,
  extensions: 10_000,
  // A call keeps its ended channels, legs and recordings for as long as one of its channels lives.
  'channels of calls under way': 15_000,
  'dialled legs in one call': 10_000,
  'recordings in one call': 1_000,
} as const;

/** What a picture holds a limited number of. */
export type Limited = keyof typeof limits;

/** What still fits into the picture, and of which kinds something was turned away since there was capacity last. */
export class Capacity {
  readonly #full = new Set<Limited>();

  /**
   * Whether one more fits when there are `size`. Whatever is turned away is not followed: events about it are ignored.
   */
  fits(kind: Limited, size: number): boolean {
    if (size < limits[kind]) return true;
    this.#full.add(kind);
    return false;
  }

  /** Whether there is no capacity for one more when there are `size`. */
  isFull(kind: Limited, size: number): boolean {
    return size >= limits[kind];
  }

  /** Whether anything of any kind was turned away. */
  get isAnyFull(): boolean {
    return this.#full.size > 0;
  }

  /** The kinds of which something was turned away, each with its limit. */
  get full(): readonly string[] {
    return [...this.#full].map((kind) => `${limits[kind]} ${kind}`);
  }

  /** Whether a kind that was full is down to half of its limit; it then counts as never having been full. */
  frees(kind: Limited, size: number): boolean {
    return size <= limits[kind] / 2 && this.#full.delete(kind);
  }
}
