import { createHash, randomBytes } from 'node:crypto';
import { networkOf } from './host.ts';

/** A sender of wrong tokens. */
interface TokenSender {
  /** Distinct wrong tokens it may still send. */
  left: number;
  /** When `left` was right, in milliseconds. */
  at: number;
  /** Fingerprints of its wrong tokens that were counted, the last one seen at the end. */
  readonly counted: number[];
}

/** Fingerprints kept of one sender: more than an office has clients with different old tokens. */
const mostCounted = 32;

/**
 * The budget of wrong tokens that each sender has: `burst` at once, then one per `interval` milliseconds. A token that
 * was counted already costs nothing when it comes again, since a client with an old token sends the same one all day.
 * At most `size` senders are remembered.
 *
 * It judges wrong tokens only. One address may stand for an attacker and a whole office, whose requests only the token
 * tells apart: a right one passes, whatever else came from there.
 */
export class Throttle {
  readonly #senders = new Map<string, TokenSender>();
  readonly #burst: number;
  readonly #interval: number;
  readonly #size: number;
  /** Makes fingerprints that nobody can compute outside this process. */
  readonly #salt = randomBytes(16);

  constructor({ burst = 20, interval = 1000, size = 1000 } = {}) {
    this.#burst = burst;
    this.#interval = interval;
    this.#size = size;
  }

  /** Seconds until this sender may send another wrong token; 0 while it may at once. */
  wait(remote: string, now: number): number {
    const sender = this.#senders.get(networkOf(remote));
    return sender === undefined ? 0 : this.#waitOf(this.#refill(sender, now));
  }

  /** Whether this sender sent this very token before, and it was counted as wrong. */
  isCounted(remote: string, token: string): boolean {
    return this.#senders.get(networkOf(remote))?.counted.includes(this.#fingerprint(token)) === true;
  }

  /** Notes a wrong token. Returns the seconds until this sender may send another; 0 while it may at once. */
  wrong(remote: string, token: string, now: number): number {
    const sender = this.#touch(remote, now);
    const mark = this.#fingerprint(token);
    const place = sender.counted.indexOf(mark);
    if (place >= 0) {
      sender.counted.splice(place, 1);
      sender.counted.push(mark);
      return 0;
    }
    const wait = this.#waitOf(this.#refill(sender, now));
    if (wait > 0) return wait;
    sender.left--;
    sender.counted.push(mark);
    if (sender.counted.length > mostCounted) sender.counted.shift();
    return 0;
  }

  #refill(sender: TokenSender, now: number): TokenSender {
    sender.left = Math.min(this.#burst, sender.left + Math.max(0, now - sender.at) / this.#interval);
    sender.at = now;
    return sender;
  }

  #waitOf({ left }: TokenSender): number {
    return left < 1 ? Math.ceil(((1 - left) * this.#interval) / 1000) : 0;
  }

  #touch(remote: string, now: number): TokenSender {
    const key = networkOf(remote);
    const sender = this.#senders.get(key) ?? { left: this.#burst, at: now, counted: [] };
    // Set again, it moves to the end of the Map, whose first has been silent the longest.
    this.#senders.delete(key);
    this.#senders.set(key, sender);
    for (const oldest of this.#senders.keys()) {
      if (this.#senders.size <= this.#size) break;
      this.#senders.delete(oldest);
    }
    return sender;
  }

  #fingerprint(token: string): number {
    return createHash('sha256').update(this.#salt).update(token).digest().readUIntBE(0, 6);
  }
}
