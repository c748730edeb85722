import { networkOf } from './host.ts';

/** Who takes places: a client that is being sent something. */
export interface Claimant {
  /** Address of the client. */
  readonly remote: string;
  /** Places that it takes. */
  readonly size: number;
  /** Ends the sending: the places are needed for others. */
  readonly cut: () => void;
}

/** Places that were taken. */
export interface Claim {
  /** The client has read on. */
  readonly progressed: () => void;
  /** Gives the places back; again is of no effect. */
  readonly release: () => void;
}

/** Bounds of Places. */
export interface BudgetLimits {
  readonly most: number;
  /** Milliseconds without reading after which a client may lose its place to another. */
  readonly idle: number;
  readonly now?: () => number;
}

interface Holder extends Claimant {
  readonly network: string;
  movedAt: number;
}

/**
 * Something that there is a bounded number of (bytes in memory, files open), taken by clients that may stop reading. When
 * all is taken, room is made by whoever has not read for the longest: of those that have stopped, or of an address
 * that has twice as much as the newcomer's would.
 */
export class Budget {
  readonly #most: number;
  readonly #idle: number;
  readonly #now: () => number;
  readonly #holders = new Set<Holder>();
  #taken = 0;

  constructor({ most, idle, now = () => performance.now() }: BudgetLimits) {
    this.#most = most;
    this.#idle = idle;
    this.#now = now;
  }

  /** `undefined`: there is no room. What alone is larger than all places is given room when there is nobody else. */
  take(taker: Claimant): Claim | undefined {
    const holder = { ...taker, network: networkOf(taker.remote), movedAt: this.#now() };
    while (this.#taken > 0 && this.#taken + taker.size > this.#most) {
      const victim = this.#victim(holder);
      if (victim === undefined) return undefined;
      this.#leave(victim);
      victim.cut();
    }
    this.#holders.add(holder);
    this.#taken += holder.size;
    return {
      progressed: () => {
        holder.movedAt = this.#now();
      },
      release: () => {
        this.#leave(holder);
      },
    };
  }

  #victim({ network, size }: Holder): Holder | undefined {
    const shares = new Map<string, number>();
    for (const one of this.#holders) shares.set(one.network, (shares.get(one.network) ?? 0) + one.size);
    const own = (shares.get(network) ?? 0) + size;
    const limit = this.#now() - this.#idle;
    let victim: Holder | undefined;
    for (const one of this.#holders) {
      const isFair = one.movedAt > limit && (shares.get(one.network) ?? 0) <= 2 * own;
      if (!isFair && (victim === undefined || one.movedAt < victim.movedAt)) victim = one;
    }
    return victim;
  }

  #leave(holder: Holder): void {
    if (this.#holders.delete(holder)) this.#taken -= holder.size;
  }
}
