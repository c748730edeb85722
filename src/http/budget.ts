import { networkOf } from './host.ts';

/** A client that is being sent something. */
export interface Claimant {
  /** Address of the client. */
  readonly remote: string;
  /** What it takes of the budget. */
  readonly size: number;
  /** Ends the sending, to make room for another client. */
  readonly cut: () => void;
}

/** A client's part of the budget. */
export interface Claim {
  /** To be called when the client has read on. */
  readonly progressed: () => void;
  /** Gives it back; calling it again has no effect. */
  readonly release: () => void;
}

/** Bounds of a Budget. */
export interface BudgetLimits {
  readonly most: number;
  /** Milliseconds without reading after which a client may have to make room. */
  readonly idle: number;
  readonly now?: () => number;
}

interface Holder extends Claimant {
  readonly network: string;
  movedAt: number;
}

/**
 * A bounded resource (bytes in memory, open files) that clients take, some of which may stop reading. When it is used
 * up, the client that has not read for the longest makes room, if it has stopped reading or its address has more than
 * twice what the newcomer's would have.
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

  /** `undefined`: there is no room. A claim larger than the whole budget is granted when there is no other. */
  take(claimant: Claimant): Claim | undefined {
    const holder = { ...claimant, network: networkOf(claimant.remote), movedAt: this.#now() };
    while (this.#taken > 0 && this.#taken + claimant.size > this.#most) {
      const victim = this.#victim(holder);
      if (victim === undefined) return undefined;
      this.#release(victim);
      victim.cut();
    }
    this.#holders.add(holder);
    this.#taken += holder.size;
    return {
      progressed: () => {
        holder.movedAt = this.#now();
      },
      release: () => {
        this.#release(holder);
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

  #release(holder: Holder): void {
    if (this.#holders.delete(holder)) this.#taken -= holder.size;
  }
}
